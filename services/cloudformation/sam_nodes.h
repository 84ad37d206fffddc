/// What the SAM transform makes resources of: nodes of a template's document.
#pragma once

#include "services/cloudformation/template.h"

#include <string>
#include <string_view>

namespace orrery::cloudformation {

/// `tag` is that of a function in short form: "!Ref".
DocumentNode text_node(const std::string& text, const Location& where, const std::string& tag = "");
/// Adds a member at `key`'s place.
void set(DocumentNode& mapping,
         const DocumentNode& key,
         std::string_view name,
         const DocumentNode& value);
bool is_call(const DocumentNode& node);
/// SAM has tags as a mapping, CloudFormation as a list of {Key, Value}.
DocumentNode tag_list(const DocumentNode& tags);
/// Lists add up, mappings merge, anything else is the function's own. [docs:
/// sam-specification-template-anatomy-globals]
DocumentNode merged(const DocumentNode& global, const DocumentNode& own);
/// A resource made for `function`, under the same condition.
Resource generated(const Resource& function,
                   const std::string& suffix,
                   const std::string& type,
                   const Location& where);

}  // namespace orrery::cloudformation
