/// Reads an operation's parameters with AWS's checks: types, ranges, required members, and nothing
/// unknown left over.
#pragma once

#include "engine/json.h"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::aws {

/// Every getter marks its member as known; finish() then refuses what nobody asked for, so that
/// nothing is silently ignored. Errors are ApiErrors that name the member: MissingParameter,
/// SerializationException (a wrong type), ValidationException (an unknown one).
class Parameters {
public:
    /// `value` must be an object (or null, meaning {}); both must outlive this.
    Parameters(const Json& value, std::string_view operation);

    std::string string(std::string_view name);
    std::optional<std::string> optional_string(std::string_view name);
    /// The same without a copy: nullptr if it is absent.
    const std::string* optional_text(std::string_view name);
    std::optional<std::int64_t> optional_integer(std::string_view name);
    std::optional<bool> optional_boolean(std::string_view name);
    std::vector<std::string> strings(std::string_view name);  // absent: empty
    /// The member as it is, or nullptr.
    const Json* optional(std::string_view name);
    /// Marks a member as known that is accepted and has no effect here.
    void accept(std::string_view name);
    /// Throws ApiError naming the first member that no getter asked for.
    void finish() const;

private:
    [[noreturn]] void wrong_type(std::string_view name, std::string_view expected) const;

    const Json* value_;
    std::string_view operation_;
    boost::container::small_vector<const Json*, 12> known_;  // of the members that are there
};

}  // namespace orrery::aws
