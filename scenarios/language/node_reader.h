/// Reads the members of a scenario file's nodes as the types they should have; anything else is a
/// UsageError in its place.
#pragma once

#include "engine/document.h"
#include "engine/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

/// "a mapping", "a list", "the text 'x'", "nothing": what a node is, for an error message.
std::string describe(const DocumentNode& node);

/// The member called `key`, which must be there; `what` names `node` in the error.
const DocumentNode& require_member(const DocumentNode& node,
                                   std::string_view key,
                                   std::string_view what);
/// The member's key node, for its location; the member must be there.
const DocumentNode& key_of(const DocumentNode& node, std::string_view key);

/// Checks that `node`, a mapping, has one of `keys` at least; `what` names it in the error.
void require_any_of(const DocumentNode& node,
                    const std::vector<std::string_view>& keys,
                    std::string_view what);
void require_mapping(const DocumentNode& node, std::string_view what);
void require_list(const DocumentNode& node, std::string_view what);

/// Any scalar's text, untagged.
const std::string& read_text(const DocumentNode& node, std::string_view what);
/// "350ms"; a bare number is refused with a hint.
Duration read_duration(const DocumentNode& node, std::string_view what);
/// "350ms" or 0s: as read_duration, but zero is refused.
Duration read_positive_duration(const DocumentNode& node, std::string_view what);
/// A whole number in [minimum, maximum].
std::uint64_t read_count(const DocumentNode& node,
                         std::string_view what,
                         std::uint64_t minimum,
                         std::uint64_t maximum);
/// A number from 0 to 1, in parts per million, without rounding beyond that.
std::uint64_t read_probability(const DocumentNode& node, std::string_view what);
bool read_boolean(const DocumentNode& node, std::string_view what);

}  // namespace orrery
