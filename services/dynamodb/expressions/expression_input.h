/// The names and values that a request's expressions may use, and which of them they did.
#pragma once

#include "engine/json.h"
#include "services/dynamodb/attribute_value.h"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace orrery::dynamodb {

/// ExpressionAttributeNames and ExpressionAttributeValues of one request. All its expressions are
/// parsed with the same one; then finish() refuses what none of them used.
class ExpressionInput {
public:
    /// Null: the request has none. Throws ApiError for malformed names, values and keys.
    ExpressionInput(const Json* names, const Json* values);

    /// Both mark it as used; null if it is not defined. `key` with its '#' or ':'.
    const std::string* find_name(std::string_view key);
    const AttributeValue* find_value(std::string_view key);
    /// Throws ApiError naming all that no expression used.
    void finish() const;

private:
    void check_size() const;

    std::map<std::string, std::string, std::less<>> names_;
    std::map<std::string, AttributeValue, std::less<>> values_;
    std::set<std::string, std::less<>> used_;
};

}  // namespace orrery::dynamodb
