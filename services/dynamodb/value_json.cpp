// AWS's JSON of values: {"S": "text"}, {"N": "1"}, {"B": "base64"}, ... Error texts: [dyl].
#include "services/aws/encoding.h"
#include "services/dynamodb/attribute_value.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::dynamodb {

namespace {

/// Types are checked against the model before operations are called; who calls them past that gets
/// the same errors.
[[noreturn]] void wrong_type(const Json& json, std::string_view wanted) {
    const std::string_view kind = json.is_string()   ? "STRING_VALUE"
                                  : json.is_number() ? "NUMBER_VALUE"
                                  : json.is_boolean()
                                      ? (json.get<bool>() ? "TRUE_VALUE" : "FALSE_VALUE")
                                      : "";
    throw aws::ApiError("SerializationException",
                        kind.empty()
                            ? "Start of structure or map found where not expected"
                            : std::string(kind) + " cannot be converted to " + std::string(wanted));
}

const std::string& read_text(const Json& json) {
    if (!json.is_string()) {
        wrong_type(json, "String");
    }
    return json.get_ref<const std::string&>();
}

bool read_boolean(const Json& json) {
    if (!json.is_boolean()) {
        wrong_type(json, "Boolean");
    }
    return json.get<bool>();
}

const Json::array_t& read_array(const Json& json) {
    if (!json.is_array()) {
        wrong_type(json, "Collection");
    }
    return json.get_ref<const Json::array_t&>();
}

const Json::object_t& read_object(const Json& json) {
    if (!json.is_object()) {
        wrong_type(json, "Map");
    }
    return json.get_ref<const Json::object_t&>();
}

Binary read_binary(const Json& json) {
    std::optional<std::string> bytes = aws::decode_base64(read_text(json));
    if (!bytes) {
        throw aws::ApiError("SerializationException",
                            "Base64 encoded length is expected a multiple of 4 bytes but found: " +
                                std::to_string(read_text(json).size()));
    }
    return {*std::move(bytes)};
}

RequestError invalid_in_request(const std::string& what) {
    return RequestError("One or more parameter values were invalid: " + what);
}

std::string listed(const Json::array_t& texts) {
    std::string list = "[";
    for (const Json& text : texts) {
        list += (list.size() > 1 ? ", " : "") + read_text(text);
    }
    return list += ']';
}

/// Sorted; whether an element was there twice.
template <typename Element, typename Read>
std::pair<Set<Element>, bool> read_set(const Json::array_t& array,
                                       std::string_view empty,
                                       Read read) {
    if (array.empty()) {
        throw invalid_in_request(std::string(empty));
    }
    Set<Element> set;
    set.elements.reserve(array.size());
    for (const Json& element : array) {
        set.elements.push_back(read(element));
    }
    std::sort(set.elements.begin(), set.elements.end());
    const bool twice =
        std::adjacent_find(set.elements.begin(), set.elements.end()) != set.elements.end();
    return {std::move(set), twice};
}

AttributeValue read_string_set(const Json::array_t& array) {
    auto [set, twice] = read_set<std::string>(array, "An string set  may not be empty", read_text);
    if (twice) {
        throw invalid_in_request("Input collection " + listed(array) + " contains duplicates.");
    }
    return AttributeValue(std::move(set));
}

AttributeValue read_number_set(const Json::array_t& array) {
    auto [set, twice] =
        read_set<Number>(array, "An number set  may not be empty", [](const Json& json) {
            return Number::parse(read_text(json));
        });
    if (twice) {
        throw RequestError("Input collection contains duplicates");
    }
    return AttributeValue(std::move(set));
}

AttributeValue read_binary_set(const Json::array_t& array) {
    auto [set, twice] = read_set<Binary>(array, "Binary sets should not be empty", read_binary);
    if (twice) {
        throw invalid_in_request("Input collection " + listed(array) +
                                 "of type BS contains duplicates.");
    }
    return AttributeValue(std::move(set));
}

AttributeValue read_at(const Json& json, int level);

void check_level(int level) {
    if (level >= most_levels) {
        throw nesting_error();
    }
}

Map read_map(const Json& json, int level) {
    check_level(level);
    Map map;
    for (const auto& [name, value] : read_object(json)) {
        check_attribute_name(name);
        map.emplace_hint(map.end(), name, read_at(value, level));
    }
    return map;
}

List read_list(const Json& json, int level) {
    check_level(level);
    const Json::array_t& array = read_array(json);
    List list;
    list.reserve(array.size());
    for (const Json& element : array) {
        list.push_back(read_at(element, level));
    }
    return list;
}

AttributeValue read_as(AttributeType type, const Json& json, int level) {
    switch (type) {
        case AttributeType::string: return AttributeValue(read_text(json));
        case AttributeType::number: return AttributeValue(Number::parse(read_text(json)));
        case AttributeType::binary: return AttributeValue(read_binary(json));
        case AttributeType::boolean: return AttributeValue(read_boolean(json));
        case AttributeType::null:
            if (!read_boolean(json)) {
                throw RequestError(false_null_message);
            }
            return AttributeValue(Null{});
        case AttributeType::string_set: return read_string_set(read_array(json));
        case AttributeType::number_set: return read_number_set(read_array(json));
        case AttributeType::binary_set: return read_binary_set(read_array(json));
        case AttributeType::list: return AttributeValue(read_list(json, level + 1));
        case AttributeType::map: return AttributeValue(read_map(json, level + 1));
    }
    return {};
}

/// `level` lists and maps are around it.
AttributeValue read_at(const Json& json, int level) {
    AttributeValue value;
    int types = 0;
    for (const auto& [name, content] : read_object(json)) {
        if (const auto type = type_named(name); type && !content.is_null()) {
            value = read_as(*type, content, level);
            ++types;
        }
    }
    if (types != 1) {
        throw validation_error(types == 0 ? "Supplied AttributeValue is empty, must contain "
                                            "exactly one of the supported datatypes"
                                          : "Supplied AttributeValue has more than one datatypes "
                                            "set, must contain exactly one of the supported "
                                            "datatypes");
    }
    return value;
}

struct JsonWriter {
    Json operator()(const std::string& text) const { return text; }
    Json operator()(const Number& number) const { return number.text(); }
    Json operator()(const Binary& binary) const { return aws::base64(binary.bytes); }
    Json operator()(bool truth) const { return truth; }
    Json operator()(Null) const { return true; }
    template <typename Element>
    Json operator()(const Set<Element>& set) const {
        Json::array_t array;
        array.reserve(set.elements.size());
        for (const Element& element : set.elements) {
            array.push_back((*this)(element));
        }
        return array;
    }
    Json operator()(const List& list) const {
        Json::array_t array;
        array.reserve(list.size());
        for (const AttributeValue& element : list) {
            array.push_back(write_value(element));
        }
        return array;
    }
    Json operator()(const Map& map) const { return write_item(map); }
};

}  // namespace

aws::ApiError nesting_error() {
    return validation_error(
        "Nesting Levels have exceeded supported limits: Attributes in the item "
        "have nested levels beyond supported limit");
}

aws::ApiError long_name_error() {
    return validation_error(
        "1 validation error detected: Attribute name is too large, must be less than 65536 bytes");
}

void check_attribute_name(std::string_view name) {
    constexpr std::size_t most_bytes = 65535;
    if (name.size() > most_bytes) {
        throw long_name_error();
    }
}

AttributeValue read_value(const Json& json) {
    return read_at(json, 0);
}

Item read_item(const Json& json) {
    return read_map(json, 0);
}

Json write_value(const AttributeValue& value) {
    Json::object_t object;
    object.emplace(type_name(value.type()), std::visit(JsonWriter(), value.value()));
    return object;
}

Json write_item(const Item& item) {
    Json::object_t object;
    for (const auto& [name, value] : item) {
        object.emplace_hint(object.end(), name, write_value(value));
    }
    return object;
}

}  // namespace orrery::dynamodb
