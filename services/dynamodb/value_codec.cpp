// How items are stored: pairs of name and value in the order of names; a value is a byte for its
// type, then its content. Texts and counts have their length before them. A number is its text, so
// that answers need not decode it.
#include "engine/error.h"
#include "services/aws/encoding.h"
#include "services/aws/json_text.h"
#include "services/dynamodb/attribute_value.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::dynamodb {

namespace {

// A type's byte is its AttributeType; a boolean is one of two.
constexpr char true_byte = '\x10';

[[noreturn]] void damaged() {
    throw UsageError("a stored DynamoDB item is damaged");
}

class Encoder {
public:
    explicit Encoder(std::string& bytes) : bytes_(bytes) {}

    void map(const Map& map) {
        length(map.size());
        for (const auto& [name, value] : map) {
            text(name);
            this->value(value);
        }
    }

    void operator()(const std::string& content) { text(content); }
    void operator()(const Number& number) { text(number.text()); }
    void operator()(const Binary& binary) { text(binary.bytes); }
    void operator()(bool truth) { bytes_.back() = truth ? true_byte : bytes_.back(); }
    void operator()(Null) {}
    template <typename Element>
    void operator()(const Set<Element>& set) {
        length(set.elements.size());
        for (const Element& element : set.elements) {
            (*this)(element);
        }
    }
    void operator()(const List& list) {
        length(list.size());
        for (const AttributeValue& element : list) {
            value(element);
        }
    }
    void operator()(const Map& content) { map(content); }

private:
    void value(const AttributeValue& value) {
        bytes_ += static_cast<char>(value.type());
        std::visit(*this, value.value());
    }
    void text(std::string_view content) {
        length(content.size());
        bytes_ += content;
    }
    /// Seven bits a byte, the lowest first; the last has its top bit clear.
    void length(std::size_t count) {
        for (; count >= 0x80; count >>= 7) {
            bytes_ += static_cast<char>((count & 0x7F) | 0x80);
        }
        bytes_ += static_cast<char>(count);
    }

    std::string& bytes_;
};

class Decoder {
public:
    explicit Decoder(std::string_view bytes) : rest_(bytes) {}

    bool at_end() const { return rest_.empty(); }
    std::size_t length() {
        std::size_t count = 0;
        for (unsigned shift = 0; shift < 35; shift += 7) {
            const auto byte = static_cast<unsigned char>(take(1).front());
            count |= static_cast<std::size_t>(byte & 0x7F) << shift;
            if ((byte & 0x80) == 0) {
                return count;
            }
        }
        damaged();
    }
    std::string_view text() { return take(length()); }
    /// A number of elements, each of which takes a byte at least.
    std::size_t count() {
        const std::size_t count = length();
        return count <= rest_.size() ? count : (damaged(), 0);
    }
    /// Nothing is a boolean that is true.
    std::optional<AttributeType> type() {
        const char byte = take(1).front();
        if (byte == true_byte) {
            return std::nullopt;
        }
        if (byte < 0 || byte > static_cast<char>(AttributeType::map)) {
            damaged();
        }
        return static_cast<AttributeType>(byte);
    }

private:
    std::string_view take(std::size_t size) {
        if (size > rest_.size()) {
            damaged();
        }
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    std::string_view rest_;
};

Number decode_number(Decoder& decoder) {
    try {
        return Number::parse(decoder.text());
    } catch (const aws::ApiError&) {
        damaged();
    }
}

template <typename Element, typename Decode>
AttributeValue decode_set(Decoder& decoder, Decode decode) {
    Set<Element> set;
    const std::size_t count = decoder.count();
    set.elements.reserve(count);
    for (std::size_t index = 0; index < count; ++index) {
        set.elements.push_back(decode(decoder));
        if (index > 0 && !(set.elements[index - 1] < set.elements[index])) {
            damaged();
        }
    }
    return set.elements.empty() ? (damaged(), AttributeValue()) : AttributeValue(std::move(set));
}

AttributeValue decode_value(Decoder& decoder, int level);

Map decode_map(Decoder& decoder, int level) {
    Map map;
    for (std::size_t count = decoder.count(); count > 0; --count) {
        const std::string_view name = decoder.text();
        if (!map.empty() && map.rbegin()->first >= name) {
            damaged();
        }
        map.emplace_hint(map.end(), name, decode_value(decoder, level));
    }
    return map;
}

List decode_list(Decoder& decoder, int level) {
    List list;
    const std::size_t count = decoder.count();
    list.reserve(count);
    while (list.size() < count) {
        list.push_back(decode_value(decoder, level));
    }
    return list;
}

AttributeValue decode_value(Decoder& decoder, int level) {
    if (level >= most_levels) {
        damaged();
    }
    const auto string = [](Decoder& from) { return std::string(from.text()); };
    const auto binary = [](Decoder& from) { return Binary{std::string(from.text())}; };
    const std::optional<AttributeType> type = decoder.type();
    if (!type) {
        return AttributeValue(true);
    }
    switch (*type) {
        case AttributeType::string: return AttributeValue(string(decoder));
        case AttributeType::number: return AttributeValue(decode_number(decoder));
        case AttributeType::binary: return AttributeValue(binary(decoder));
        case AttributeType::boolean: return AttributeValue(false);
        case AttributeType::null: return AttributeValue(Null{});
        case AttributeType::string_set: return decode_set<std::string>(decoder, string);
        case AttributeType::number_set: return decode_set<Number>(decoder, decode_number);
        case AttributeType::binary_set: return decode_set<Binary>(decoder, binary);
        case AttributeType::list: return AttributeValue(decode_list(decoder, level + 1));
        case AttributeType::map: return AttributeValue(decode_map(decoder, level + 1));
    }
    damaged();
}

Json json_of_value(Decoder& decoder, int level);

Json json_of_map(Decoder& decoder, int level) {
    Json::object_t object;
    for (std::size_t count = decoder.count(); count > 0; --count) {
        const std::string_view name = decoder.text();
        object.emplace_hint(object.end(), name, json_of_value(decoder, level));
    }
    return object;
}

template <typename Write>
Json json_of_elements(Decoder& decoder, Write write) {
    Json::array_t array;
    const std::size_t count = decoder.count();
    array.reserve(count);
    while (array.size() < count) {
        array.push_back(write());
    }
    return array;
}

Json json_of_content(AttributeType type, Decoder& decoder, int level) {
    switch (type) {
        case AttributeType::string:
        case AttributeType::number: return decoder.text();
        case AttributeType::binary: return aws::base64(decoder.text());
        case AttributeType::boolean: return false;
        case AttributeType::null: return true;
        case AttributeType::string_set:
        case AttributeType::number_set:
            return json_of_elements(decoder, [&] { return Json(decoder.text()); });
        case AttributeType::binary_set:
            return json_of_elements(decoder, [&] { return Json(aws::base64(decoder.text())); });
        case AttributeType::list:
            return json_of_elements(decoder, [&] { return json_of_value(decoder, level + 1); });
        case AttributeType::map: return json_of_map(decoder, level + 1);
    }
    damaged();
}

Json json_of_value(Decoder& decoder, int level) {
    if (level >= most_levels) {
        damaged();
    }
    const std::optional<AttributeType> type = decoder.type();
    Json::object_t object;
    object.emplace(type_name(type.value_or(AttributeType::boolean)),
                   type ? json_of_content(*type, decoder, level) : Json(true));
    return object;
}

/// JSON's text of what is stored.
class TextWriter {
public:
    TextWriter(std::string& json, Decoder& decoder) : json_(json), decoder_(decoder) {}

    void map(int level) {
        json_ += '{';
        elements('}', [&] {
            aws::append_json(json_, decoder_.text());
            json_ += ':';
            value(level);
        });
    }

private:
    void value(int level) {
        if (level >= most_levels) {
            damaged();
        }
        const std::optional<AttributeType> type = decoder_.type();
        json_.append("{\"").append(type_name(type.value_or(AttributeType::boolean))).append("\":");
        if (type) {
            content(*type, level);
        } else {
            json_ += "true";
        }
        json_ += '}';
    }

    void content(AttributeType type, int level) {
        switch (type) {
            case AttributeType::string:
            case AttributeType::number: return text();
            case AttributeType::binary: return base64();
            case AttributeType::boolean: json_ += "false"; return;
            case AttributeType::null: json_ += "true"; return;
            case AttributeType::string_set:
            case AttributeType::number_set: return list([&] { text(); });
            case AttributeType::binary_set: return list([&] { base64(); });
            case AttributeType::list: return list([&] { value(level + 1); });
            case AttributeType::map: return map(level + 1);
        }
        damaged();
    }

    void text() { aws::append_json(json_, decoder_.text()); }
    void base64() { json_.append("\"").append(aws::base64(decoder_.text())).append("\""); }

    template <typename Write>
    void list(Write write) {
        json_ += '[';
        elements(']', write);
    }

    template <typename Write>
    void elements(char end, Write write) {
        const std::size_t count = decoder_.count();
        for (std::size_t index = 0; index < count; ++index) {
            json_.append(index > 0 ? "," : "");
            write();
        }
        json_ += end;
    }

    std::string& json_;
    Decoder& decoder_;
};

}  // namespace

std::string encode_item(const Item& item) {
    std::string bytes;
    append_item(bytes, item);
    return bytes;
}

void append_item(std::string& bytes, const Item& item) {
    Encoder(bytes).map(item);
}

Item decode_item(std::string_view bytes) {
    Decoder decoder(bytes);
    Item item = decode_map(decoder, 0);
    return decoder.at_end() ? item : (damaged(), Item());
}

Json write_encoded_item(std::string_view bytes) {
    Decoder decoder(bytes);
    Json json = json_of_map(decoder, 0);
    return decoder.at_end() ? json : (damaged(), Json());
}

void append_encoded_item(std::string& json, std::string_view bytes) {
    Decoder decoder(bytes);
    TextWriter(json, decoder).map(0);
    if (!decoder.at_end()) {
        damaged();
    }
}

}  // namespace orrery::dynamodb
