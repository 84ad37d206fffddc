/// The text of an Fn::Sub taken apart into literals and names.
#pragma once

#include "engine/document.h"

#include <string>
#include <string_view>
#include <vector>

namespace orrery::cloudformation {

struct SubstitutionPart {
    bool is_name = false;  // ${text}, else literal text
    std::string text;
};

struct Substitution {
    std::vector<SubstitutionPart> parts;
    const DocumentNode* variables = nullptr;  // the list form's mapping
};

/// `${!Literal}` becomes the literal ${Literal}. Throws UsageError at `where` for ${ without its }.
std::vector<SubstitutionPart> parse_substitution(std::string_view text, const Location& where);

}  // namespace orrery::cloudformation
