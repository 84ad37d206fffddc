#include "services/cloudformation/function_call.h"

#include "services/cloudformation/contains.h"

#include <algorithm>

namespace orrery::cloudformation {

namespace {

/// Functions of the language, long form. Those that only conditions may use are carried out by
/// evaluate_condition.
const std::vector<std::string_view> value_functions = {
    "Ref",
    "Fn::GetAtt",
    "Fn::Sub",
    "Fn::Join",
    "Fn::Select",
    "Fn::Split",
    "Fn::FindInMap",
    "Fn::If",
    "Fn::Base64",
    "Fn::GetAZs",
};
const std::vector<std::string_view> condition_functions = {
    "Fn::Equals",
    "Fn::Not",
    "Fn::And",
    "Fn::Or",
    "Condition",
};

void check_function(const std::string& name, const Location& where) {
    if (contains(value_functions, name) || contains(condition_functions, name)) {
        return;
    }
    std::vector<std::string_view> known = value_functions;
    known.insert(known.end(), condition_functions.begin(), condition_functions.end());
    const std::string near = nearest(name, known);
    throw UsageError(where,
                     "the function " + name + " is not supported" +
                         (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

}  // namespace

const std::vector<DocumentNode>& Call::items(std::size_t least, std::size_t most) const {
    const bool written = short_form || argument->tag.empty();
    if (!written || !argument->is_sequence() || argument->items.size() < least ||
        argument->items.size() > most) {
        const std::string range = least == most
                                      ? std::to_string(least)
                                      : std::to_string(least) + " to " + std::to_string(most);
        throw UsageError(where, function + " takes a list of " + range + " items");
    }
    return argument->items;
}

const std::string& Call::text() const {
    if (!argument->is_scalar() || (!short_form && !argument->tag.empty())) {
        throw UsageError(where, function + " takes a name");
    }
    return argument->text;
}

std::optional<Call> call_of(const DocumentNode& node, Form form) {
    if (form == Form::any && !node.tag.empty()) {
        return Call{function_of_tag(node.tag, node.where), &node, true, node.where};
    }
    for (const auto& [key, value] : node.members) {
        const bool function =
            key.text.starts_with("Fn::") || (key.text == "Ref" && node.members.size() == 1);
        if (!function) {
            continue;
        }
        check_function(key.text, key.where);
        if (node.members.size() != 1) {
            throw UsageError(key.where, key.text + " must be the only key of its mapping");
        }
        return Call{key.text, &value, false, key.where};
    }
    return std::nullopt;
}

std::string function_of_tag(std::string_view tag, const Location& where) {
    const std::string_view name = tag.substr(1);
    const std::string function =
        name == "Ref" || name == "Condition" ? std::string(name) : "Fn::" + std::string(name);
    check_function(function, where);
    return function;
}

bool is_condition_function(std::string_view name) {
    return contains(condition_functions, name);
}

}  // namespace orrery::cloudformation
