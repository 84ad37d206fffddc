/// Expressions as the data plane uses them: parsed and checked once for a request, then applied to
/// items. Parsing never looks at a table.
#pragma once

#include "engine/json.h"
#include "services/dynamodb/attribute_value.h"
#include "services/dynamodb/expressions/expression_input.h"
#include "services/dynamodb/schema.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace orrery::dynamodb {

struct ConditionNode;
struct PathTree;
struct UpdateNode;

/// A place in an item: the name of an attribute, then members and elements.
struct Path {
    std::string attribute;
    std::vector<std::variant<std::string, std::size_t>> inner;

    friend bool operator==(const Path&, const Path&) = default;
};

/// A ConditionExpression or FilterExpression; also what the legacy Expected, QueryFilter and
/// ScanFilter mean.
class Condition {
public:
    explicit Condition(ConditionNode root);
    /// `parameter` is the name that errors have: "ConditionExpression", "FilterExpression".
    static Condition parse(std::string_view text,
                           ExpressionInput& input,
                           std::string_view parameter);
    /// Expected (`Exists`, `Value`, `ComparisonOperator`, ...) and ConditionalOperator.
    static Condition from_expected(const Json& expected, std::string_view conditional_operator);
    /// QueryFilter and ScanFilter.
    static Condition from_filter(const Json& filter, std::string_view conditional_operator);

    /// Whether it holds for `item`; a missing item is an empty one.
    bool holds(const Item& item) const;
    /// The top-level attributes it reads, for "can only contain non-primary key attributes".
    std::vector<std::string> attributes() const;

private:
    std::shared_ptr<const ConditionNode> root_;
};

/// An UpdateExpression, or the legacy AttributeUpdates.
class Update {
public:
    explicit Update(UpdateNode root);
    static Update parse(std::string_view text, ExpressionInput& input);
    static Update from_attribute_updates(const Json& updates);

    /// Changes `item`, which is the old one or the key alone; throws ApiError ("An operand in the
    /// update expression has an incorrect data type", ...), and `item` is then of no use.
    void apply(Item& item) const;
    /// The same for an item that did not exist: `key` is all of it. REMOVE of what lies within
    /// attributes that are not there has no effect, then. [alternator test_update_expression]
    void apply_to_missing(Item& key) const;
    /// The top-level attributes it writes: a key attribute among them is an error of the table's.
    std::vector<std::string> attributes() const;
    /// What UPDATED_OLD and UPDATED_NEW answer of an item: the parts at the paths that it writes.
    Item updated_parts(const Item& item) const;

private:
    std::shared_ptr<const UpdateNode> root_;
};

/// A ProjectionExpression or AttributesToGet.
class ProjectedPaths {
public:
    static ProjectedPaths parse(std::string_view text, ExpressionInput& input);
    static ProjectedPaths from_attributes_to_get(const Json& names);
    /// They neither overlap nor conflict.
    explicit ProjectedPaths(std::vector<Path> paths);

    Item of(const Item& item) const;
    const std::vector<Path>& paths() const { return paths_; }

private:
    std::vector<Path> paths_;
    std::shared_ptr<const PathTree> tree_;
};

/// A KeyConditionExpression or the legacy KeyConditions, held against a key schema.
class KeyCondition {
public:
    enum class Comparison : std::uint8_t {
        equal,
        less,
        less_equal,
        greater,
        greater_equal,
        between,
        begins_with
    };
    struct Part {
        std::string attribute;
        Comparison comparison = Comparison::equal;
        std::vector<AttributeValue> values;  // two for between
    };

    static KeyCondition parse(std::string_view text, ExpressionInput& input);
    static KeyCondition from_key_conditions(const Json& conditions);
    explicit KeyCondition(std::vector<Part> parts) : parts_(std::move(parts)) {}

    /// What it asks of the key: every hash attribute, then range attributes from the left, of which
    /// only the last may have another comparison than equal. Throws ApiError: "Query condition
    /// missed key schema element: a", "Query key condition not supported", "... Condition parameter
    /// type does not match schema type".
    struct Bounds {
        std::vector<AttributeValue> hash;
        std::vector<AttributeValue> equal_range;  // range attributes held equal
        std::optional<Part> last_range;           // a comparison other than equal
    };
    Bounds bounds(const KeySchema& keys) const;

private:
    std::vector<Part> parts_;
};

}  // namespace orrery::dynamodb
