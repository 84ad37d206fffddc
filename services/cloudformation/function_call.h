/// An intrinsic function as it stands in a template, in short or long form; not yet carried out.
#pragma once

#include "engine/document.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::cloudformation {

/// A function and its argument: the node itself without its tag, or the one member of a mapping.
struct Call {
    std::string function;
    const DocumentNode* argument = nullptr;
    bool short_form = false;
    Location where;

    /// The argument if it is written out as a sequence, of `least` to `most` items.
    const std::vector<DocumentNode>& items(std::size_t least, std::size_t most) const;
    /// The argument if it is written out as text.
    const std::string& text() const;
};

enum class Form : std::uint8_t { any, long_form };

/// The function call that `node` is, by its tag (only in Form::any) or by its one key. Throws
/// UsageError for a function that is not known.
std::optional<Call> call_of(const DocumentNode& node, Form form);
/// The long form's name: "Fn::Join" for "!Join". Throws UsageError at `where` if it is not known.
std::string function_of_tag(std::string_view tag, const Location& where);
/// Whether only conditions may use it: Fn::Equals, Fn::Not, Fn::And, Fn::Or, Condition.
bool is_condition_function(std::string_view name);

}  // namespace orrery::cloudformation
