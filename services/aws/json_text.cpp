// Strings of plain ASCII are taken as they are. Whatever is unusual (an escape, a letter beyond
// ASCII, a fraction, a mistake) is left to nlohmann's library, so that there is one opinion of it.
#include "services/aws/json_text.h"

#include "services/aws/json_cursor.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <utility>

namespace orrery::aws {

namespace {

bool is_plain(char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte >= 0x20 && byte < 0x80 && letter != '"' && letter != '\\';
}

using Block = signed char __attribute__((vector_size(16)));

bool are_plain(const char* bytes) {
    Block block;
    std::memcpy(&block, bytes, sizeof block);
    // What is beyond ASCII is negative here.
    const Block others = (block < 0x20) | (block == '"') | (block == '\\');
    std::array<std::uint64_t, 2> halves{};
    std::memcpy(halves.data(), &others, sizeof halves);
    return (halves[0] | halves[1]) == 0;
}

Json parsed(std::string_view text) {
    return Json::parse(text, nullptr, false);
}

/// Gives up where it does not know how to go on.
class Reader : JsonCursor {
public:
    explicit Reader(std::string_view text) : JsonCursor{text} {}

    bool read(Json& document) { return read_value(document) && at_end(); }

private:
    bool read_value(Json& value) {
        skip_blanks();
        switch (rest.empty() ? '\0' : rest.front()) {
            case '{': return nested([&] { return read_object(value); });
            case '[': return nested([&] { return read_array(value); });
            case '"': return read_string(value);
            default: return read_word(value);
        }
    }

    template <typename Read>
    bool nested(Read read) {
        constexpr int most_levels = 100;
        if (++levels_ > most_levels) {
            return false;
        }
        rest.remove_prefix(1);
        const bool was_read = read();
        --levels_;
        return was_read;
    }

    bool read_object(Json& value) {
        Json::object_t& object = (value = Json::object()).get_ref<Json::object_t&>();
        if (take('}')) {
            return true;
        }
        do {
            skip_blanks();
            Json name;
            if (!rest.starts_with('"') || !read_string(name) || !take(':')) {
                return false;
            }
            // Of members with one name the last counts.
            const auto member =
                object.emplace_hint(object.end(), std::move(name.get_ref<std::string&>()), Json());
            if (!read_value(member->second)) {
                return false;
            }
        } while (take(','));
        return take('}');
    }

    bool read_array(Json& value) {
        Json::array_t& array = (value = Json::array()).get_ref<Json::array_t&>();
        if (take(']')) {
            return true;
        }
        do {
            if (!read_value(array.emplace_back())) {
                return false;
            }
        } while (take(','));
        return take(']');
    }

    bool read_string(Json& value) {
        const std::size_t end = 1 + plain_length(rest.substr(1));
        if (end < rest.size() && rest[end] == '"') {
            value = rest.substr(1, end - 1);
            rest.remove_prefix(end + 1);
            return true;
        }
        return read_by_library(value, length_of_string(end));
    }

    /// With both quotes; all that is left if the string does not end.
    std::size_t length_of_string(std::size_t position) const {
        while (position < rest.size() && rest[position] != '"') {
            position += rest[position] == '\\' ? 2U : 1U;
        }
        return std::min(position + 1, rest.size());
    }

    /// A number, true, false or null.
    bool read_word(Json& value) {
        const std::size_t length = std::min(rest.find_first_of(" \t\r\n,]}"), rest.size());
        return plain_length(rest.substr(0, length)) == length && read_by_library(value, length);
    }

    bool read_by_library(Json& value, std::size_t length) {
        value = parsed(rest.substr(0, length));
        rest.remove_prefix(length);
        return !value.is_discarded();
    }

    int levels_ = 0;
};

void append_by_library(std::string& out, const Json& value) {
    out += value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void append(std::string& out, const Json& value);

void append_object(std::string& out, const Json::object_t& object) {
    char before = '{';
    for (const auto& [name, value] : object) {
        out += std::exchange(before, ',');
        append_json(out, name);
        out += ':';
        append(out, value);
    }
    out += object.empty() ? "{}" : "}";
}

void append_array(std::string& out, const Json::array_t& array) {
    char before = '[';
    for (const Json& value : array) {
        out += std::exchange(before, ',');
        append(out, value);
    }
    out += array.empty() ? "[]" : "]";
}

void append(std::string& out, const Json& value) {
    switch (value.type()) {
        case Json::value_t::object:
            append_object(out, value.get_ref<const Json::object_t&>());
            break;
        case Json::value_t::array: append_array(out, value.get_ref<const Json::array_t&>()); break;
        case Json::value_t::string: append_json(out, value.get_ref<const std::string&>()); break;
        default: append_by_library(out, value);
    }
}

}  // namespace

std::size_t plain_length(std::string_view text) {
    std::size_t length = 0;
    while (length + sizeof(Block) <= text.size() && are_plain(text.data() + length)) {
        length += sizeof(Block);
    }
    while (length < text.size() && is_plain(text[length])) {
        ++length;
    }
    return length;
}

void append_json(std::string& out, std::string_view text) {
    if (plain_length(text) < text.size()) {
        append_by_library(out, text);
        return;
    }
    out += '"';
    out += text;
    out += '"';
}

Json read_json(std::string_view text) {
    Json document;
    return Reader(text).read(document) ? document : parsed(text);
}

std::string write_json(const Json& value) {
    std::string text;
    append(text, value);
    return text;
}

}  // namespace orrery::aws
