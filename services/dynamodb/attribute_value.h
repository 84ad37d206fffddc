/// What DynamoDB stores: typed values, and items of them.
#pragma once

#include "engine/json.h"
#include "services/aws/error.h"
#include "services/dynamodb/number.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace orrery::aws {
class PlainValue;
}

namespace orrery::dynamodb {

class AttributeValue;

/// AttributeValue's alternatives are in this order.
enum class AttributeType : std::uint8_t {
    string,
    number,
    binary,
    boolean,
    null,
    string_set,
    number_set,
    binary_set,
    list,
    map
};

struct Binary {
    std::string bytes;
    friend auto operator<=>(const Binary&, const Binary&) = default;
};
struct Null {
    friend bool operator==(const Null&, const Null&) = default;
};
/// Sorted, without duplicates, never empty.
template <typename Element>
struct Set {
    std::vector<Element> elements;
    friend bool operator==(const Set&, const Set&) = default;
};
using List = std::vector<AttributeValue>;
/// An item, or a map within one.
using Map = std::map<std::string, AttributeValue, std::less<>>;
using Item = Map;

class AttributeValue {
public:
    using Value = std::variant<std::string,
                               Number,
                               Binary,
                               bool,
                               Null,
                               Set<std::string>,
                               Set<Number>,
                               Set<Binary>,
                               List,
                               Map>;

    AttributeValue() : value_(Null{}) {}
    explicit AttributeValue(Value value) : value_(std::move(value)) {}

    AttributeType type() const { return static_cast<AttributeType>(value_.index()); }
    /// Null if it is of another type.
    template <typename T>
    const T* as() const {
        return std::get_if<T>(&value_);
    }
    template <typename T>
    T* as() {
        return std::get_if<T>(&value_);
    }
    const Value& value() const { return value_; }
    Value& value() { return value_; }
    /// The order of sets' elements never matters.
    friend bool operator==(const AttributeValue& left, const AttributeValue& right) = default;

private:
    Value value_;
};

/// "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M".
std::string_view type_name(AttributeType type);
std::optional<AttributeType> type_named(std::string_view name);
bool is_set(AttributeType type);

/// A value may be in 31 lists and maps, one in another. [docs: Constraints; dynoxide issue 110]
constexpr int most_levels = 32;
aws::ApiError nesting_error();
/// Throws for the name of an attribute, of an item or within a map, of more than 65,535 bytes.
/// [ExtendDB/extenddb issue 365, of real DynamoDB]
void check_attribute_name(std::string_view name);
aws::ApiError long_name_error();

/// Reads AWS's JSON of a value, {"S": "x"}; throws ApiError in DynamoDB's words for what is no
/// value (types without a value, several, empty sets, numbers out of range, nesting beyond 32
/// levels, ...).
AttributeValue read_value(const Json& json);
/// An object of values.
Item read_item(const Json& json);
/// The same from a request's text; nothing for what read_item refuses, and for what is rare.
std::optional<Item> read_plain_item(const aws::PlainValue& map);
Json write_value(const AttributeValue& value);
Json write_item(const Item& item);

/// Sizes in bytes as DynamoDB counts them. [docs: CapacityUnitCalculations; dyl]
std::size_t size_of(const AttributeValue& value);
std::size_t size_of(const Item& item);

/// The bytes that an item is stored as; decode_item throws UsageError for other bytes.
std::string encode_item(const Item& item);
void append_item(std::string& bytes, const Item& item);
Item decode_item(std::string_view bytes);
/// JSON of stored bytes, without the item between: what reads answer.
Json write_encoded_item(std::string_view bytes);
/// The same as text, which write_json() would make of it.
void append_encoded_item(std::string& json, std::string_view bytes);

}  // namespace orrery::dynamodb
