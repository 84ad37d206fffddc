/// The values of a template's parameters: what was given or the defaults, checked against the
/// declarations.
#pragma once

#include "services/cloudformation/template.h"

#include <map>
#include <string>
#include <vector>

namespace orrery::cloudformation {

struct ParameterValue {
    std::string text;
    std::vector<std::string> items;  // of a list
    bool is_list = false;
    bool secret = false;  // NoEcho: never to be printed
};

/// Throws UsageError for an unknown name, a missing value, or one that a constraint forbids; no
/// message has a value in it.
std::map<std::string, ParameterValue> parameter_values(
    const std::vector<Parameter>& declared, const std::map<std::string, std::string>& given);

}  // namespace orrery::cloudformation
