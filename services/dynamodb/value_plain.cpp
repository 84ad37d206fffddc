// Values where they stand in a request's text.
#include "services/aws/encoding.h"
#include "services/aws/plain_parameters.h"
#include "services/dynamodb/attribute_value.h"

namespace orrery::dynamodb {

namespace {

using aws::PlainValue;

std::optional<AttributeValue> read_plain(const PlainValue& plain);

std::optional<AttributeValue> read_plain_list(const PlainValue& plain) {
    List list;
    list.reserve(plain.size());
    for (const PlainValue& element : plain) {
        std::optional<AttributeValue> value = read_plain(element);
        if (!value) {
            return std::nullopt;
        }
        list.push_back(*std::move(value));
    }
    return AttributeValue(std::move(list));
}

std::optional<AttributeValue> read_plain_number(const PlainValue& plain) {
    try {
        return AttributeValue(Number::parse(plain.text()));
    } catch (const aws::ApiError&) {
        return std::nullopt;
    }
}

/// The structure has one member, or it is no value. Sets are rare.
std::optional<AttributeValue> read_plain(const PlainValue& plain) {
    if (plain.size() != 1) {
        return std::nullopt;
    }
    const PlainValue& content = *plain.begin();
    switch (type_named(content.name()).value_or(AttributeType::string_set)) {
        case AttributeType::string: return AttributeValue(std::string(content.text()));
        case AttributeType::number: return read_plain_number(content);
        case AttributeType::binary:
            return AttributeValue(Binary{aws::decode_base64(content.text()).value()});
        case AttributeType::boolean: return AttributeValue(content.truth());
        case AttributeType::null:
            return content.truth() ? std::optional(AttributeValue(Null{})) : std::nullopt;
        case AttributeType::list: return read_plain_list(content);
        case AttributeType::map: {
            std::optional<Item> map = read_plain_item(content);
            return map ? std::optional(AttributeValue(*std::move(map))) : std::nullopt;
        }
        default: return std::nullopt;
    }
}

}  // namespace

std::optional<Item> read_plain_item(const PlainValue& map) {
    Item item;
    for (const PlainValue& plain : map) {
        std::optional<AttributeValue> value = read_plain(plain);
        if (!value) {
            return std::nullopt;
        }
        item.emplace(plain.name(), *std::move(value));
    }
    return item;
}

}  // namespace orrery::dynamodb
