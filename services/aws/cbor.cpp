#include "services/aws/cbor.h"

#include "engine/ensure.h"
#include "services/aws/canonical.h"
#include "services/aws/encoding.h"
#include "services/aws/error.h"
#include "services/aws/form.h"

#include <nlohmann/json.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace orrery::aws {

namespace {

enum class Major : std::uint8_t { number, negative, bytes, text, array, map, tag, simple };

constexpr std::uint8_t indefinite = 31;
constexpr std::uint8_t end_mark = 0xFF;
constexpr std::uint64_t time_tag = 1;

[[noreturn]] void malformed_cbor(const char* problem) {
    throw ApiError("SerializationException",
                   std::string("The request body is no CBOR: ") + problem);
}

/// Exactly what the bits say. [RFC 8949, appendix D]
double half_float(std::uint64_t bits) {
    const auto exponent = static_cast<int>((bits >> 10) & 0x1F);
    const auto mantissa = static_cast<double>(bits & 0x3FF);
    const double size = exponent == 0    ? std::ldexp(mantissa, -24)
                        : exponent != 31 ? std::ldexp(mantissa + 1024, exponent - 25)
                        : mantissa == 0  ? std::numeric_limits<double>::infinity()
                                         : std::numeric_limits<double>::quiet_NaN();
    return (bits & 0x8000) != 0 ? -size : size;
}

/// What JSON cannot say becomes text, which no number is.
Json float_value(double number) {
    if (std::isnan(number)) {
        return "NaN";
    }
    if (std::isinf(number)) {
        return number < 0 ? "-Infinity" : "Infinity";
    }
    return number;
}

class CborReader {
public:
    CborReader(std::string_view bytes, CborTime time) : bytes_(bytes), time_(time) {}

    Json read_all(const Shape& shape) {
        Json value = item(&shape, 0);
        if (at_ != bytes_.size()) {
            malformed_cbor("something follows its end.");
        }
        return value;
    }

private:
    struct Head {
        Major major;
        std::uint8_t info;       // the low five bits
        std::uint64_t argument;  // 0 if the length is indefinite
        bool endless() const { return info == indefinite; }
    };

    std::uint8_t byte() {
        if (at_ == bytes_.size()) {
            malformed_cbor("it ends too early.");
        }
        return static_cast<std::uint8_t>(bytes_[at_++]);
    }

    Head head() {
        const std::uint8_t first = byte();
        Head head{static_cast<Major>(first >> 5), static_cast<std::uint8_t>(first & 0x1F), 0};
        if (head.info < 24) {
            head.argument = head.info;
        } else if (head.info < 28) {
            for (int left = 1 << (head.info - 24); left > 0; --left) {
                head.argument = head.argument << 8 | byte();
            }
        } else if (head.info != indefinite) {
            malformed_cbor("a length is written in a reserved way.");
        } else if (head.major == Major::number || head.major == Major::negative ||
                   head.major == Major::tag) {
            malformed_cbor("a number has no value.");
        }
        return head;
    }

    /// Whether the mark that ends an indefinite length comes next; takes it.
    bool ends() {
        if (at_ < bytes_.size() && static_cast<std::uint8_t>(bytes_[at_]) == end_mark) {
            ++at_;
            return true;
        }
        return false;
    }

    Json item(const Shape* shape, std::size_t depth) {
        Head next = head();
        bool time = false;
        for (; next.major == Major::tag; next = head()) {
            time = time || next.argument == time_tag;
            if (++depth > deepest_nesting) {
                break;
            }
        }
        if (depth > deepest_nesting) {
            throw ApiError("SerializationException", "The request is nested too deeply.");
        }
        switch (next.major) {
            case Major::number: return instant(whole(next.argument), time);
            case Major::negative: return instant(negative(next.argument), time);
            case Major::bytes:
                if (shape != nullptr && shape->kind == ShapeKind::string) {
                    malformed_cbor("a string is given as bytes.");
                }
                return base64(chunks(next));
            case Major::text: return text(next);
            case Major::array: return array(next, shape, depth);
            case Major::map: return map(next, shape, depth);
            default: return instant(simple(next), time);
        }
    }

    static Json whole(std::uint64_t number) {
        constexpr auto largest =
            static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        return number <= largest ? Json(static_cast<std::int64_t>(number)) : Json(number);
    }

    static Json negative(std::uint64_t argument) {
        if (argument > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            malformed_cbor("a number is out of range.");
        }
        return -1 - static_cast<std::int64_t>(argument);
    }

    Json instant(Json value, bool time) const {
        if (!time || time_ == CborTime::seconds || !value.is_number()) {
            return value;
        }
        const double seconds = value.get<double>() / 1000;
        return std::trunc(seconds) == seconds && std::abs(seconds) < 9e15
                   ? Json(static_cast<std::int64_t>(seconds))
                   : Json(seconds);
    }

    std::string chunk(std::uint64_t size) {
        if (size > bytes_.size() - at_) {
            malformed_cbor("a string is longer than it.");
        }
        std::string all(bytes_.substr(at_, size));
        at_ += size;
        return all;
    }

    std::string chunks(const Head& first) {
        if (!first.endless()) {
            return chunk(first.argument);
        }
        std::string all;
        while (!ends()) {
            const Head next = head();
            if (next.major != first.major || next.endless()) {
                malformed_cbor("a string has parts that are none.");
            }
            all += chunk(next.argument);
        }
        return all;
    }

    std::string text(const Head& first) {
        std::string all = chunks(first);
        if (!is_utf8(all)) {
            malformed_cbor("a text is not UTF-8.");
        }
        return all;
    }

    Json array(const Head& first, const Shape* shape, std::size_t depth) {
        const Shape* element =
            shape != nullptr && shape->kind == ShapeKind::list ? shape->element.shape : nullptr;
        Json all = Json::array();
        for (std::uint64_t index = 0; first.endless() ? !ends() : index < first.argument; ++index) {
            all.push_back(item(element, depth + 1));
        }
        return all;
    }

    static const Shape* shape_of(const Shape* shape, const std::string& key) {
        if (shape == nullptr) {
            return nullptr;
        }
        if (shape->kind == ShapeKind::map) {
            return shape->value.shape;
        }
        const Member* member = shape->find(key);
        return member == nullptr ? nullptr : member->shape;
    }

    Json map(const Head& first, const Shape* shape, std::size_t depth) {
        Json all = Json::object();
        for (std::uint64_t index = 0; first.endless() ? !ends() : index < first.argument; ++index) {
            const Head key_head = head();
            if (key_head.major != Major::text) {
                malformed_cbor("a key is no text.");
            }
            const std::string key = text(key_head);
            all[key] = item(shape_of(shape, key), depth + 1);
        }
        return all;
    }

    static Json simple(const Head& head) {
        switch (head.info) {
            case 20: return false;
            case 21: return true;
            case 22:
            case 23: return nullptr;  // undefined is as good as null
            case 25: return float_value(half_float(head.argument));
            case 26:
                return float_value(static_cast<double>(
                    std::bit_cast<float>(static_cast<std::uint32_t>(head.argument))));
            case 27: return float_value(std::bit_cast<double>(head.argument));
            default: malformed_cbor("a simple value is unknown.");
        }
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    CborTime time_;
};

void append_head(std::string& out, Major major, std::uint64_t argument) {
    const auto first = static_cast<unsigned>(major) << 5;
    const int bytes = argument < 24            ? 0
                      : argument <= 0xFF       ? 1
                      : argument <= 0xFFFF     ? 2
                      : argument <= 0xFFFFFFFF ? 4
                                               : 8;
    const unsigned info =
        bytes == 0 ? static_cast<unsigned>(argument)
                   : 24U + static_cast<unsigned>(std::countr_zero(static_cast<unsigned>(bytes)));
    out.push_back(static_cast<char>(first | info));
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(argument >> shift & 0xFF));
    }
}

void append_text(std::string& out, std::string_view text) {
    append_head(out, Major::text, text.size());
    out += text;
}

void append_double(std::string& out, double number) {
    out.push_back(static_cast<char>(0xFB));
    const auto bits = std::bit_cast<std::uint64_t>(number);
    for (int shift = 56; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(bits >> shift & 0xFF));
    }
}

void append_whole(std::string& out, std::int64_t number) {
    append_head(out,
                number < 0 ? Major::negative : Major::number,
                static_cast<std::uint64_t>(number < 0 ? -1 - number : number));
}

class Writer {
public:
    Writer(std::string& out, CborTime time) : out_(out), time_(time) {}

    void value(const Json& value, const Shape& shape) {
        switch (shape.kind) {
            case ShapeKind::structure: structure(value, shape); break;
            case ShapeKind::list: list(value, shape); break;
            case ShapeKind::map: map(value, shape); break;
            case ShapeKind::blob: bytes(value); break;
            case ShapeKind::timestamp: timestamp(value); break;
            case ShapeKind::floating: append_double(out_, number(value)); break;
            default: scalar(value); break;
        }
    }

private:
    void structure(const Json& value, const Shape& shape) {
        const auto find = [&](const Member& member) -> const Json* {
            const auto found = value.find(member.name);
            return found == value.end() || found->is_null() ? nullptr : &*found;
        };
        std::uint64_t count = 0;
        for (const Member& member : shape.members) {
            count += find(member) != nullptr ? 1U : 0U;
        }
        append_head(out_, Major::map, count);
        for (const Member& member : shape.members) {
            if (const Json* found = find(member)) {
                append_text(out_, member.name);
                this->value(*found, *member.shape);
            }
        }
    }

    void list(const Json& value, const Shape& shape) {
        ENSURE(value.is_array());  // a service must answer as its model says
        append_head(out_, Major::array, value.size());
        for (const Json& each : value) {
            this->value(each, *shape.element.shape);
        }
    }

    void map(const Json& value, const Shape& shape) {
        ENSURE(value.is_object());
        append_head(out_, Major::map, value.size());
        for (const auto& [key, each] : value.items()) {
            append_text(out_, key);
            this->value(each, *shape.value.shape);
        }
    }

    void bytes(const Json& value) {
        const auto plain = decode_base64(value.get_ref<const std::string&>());
        ENSURE(plain.has_value());
        append_head(out_, Major::bytes, plain->size());
        out_ += *plain;
    }

    void timestamp(const Json& value) {
        const double instant = number(value) * (time_ == CborTime::milliseconds ? 1000 : 1);
        append_head(out_, Major::tag, time_tag);
        const double rounded = time_ == CborTime::milliseconds ? std::round(instant) : instant;
        if (std::trunc(rounded) == rounded && std::abs(rounded) < 9e15) {
            append_whole(out_, static_cast<std::int64_t>(rounded));
        } else {
            append_double(out_, rounded);
        }
    }

    static double number(const Json& value) {
        if (value.is_string()) {
            const auto& text = value.get_ref<const std::string&>();
            return text == "Infinity"    ? std::numeric_limits<double>::infinity()
                   : text == "-Infinity" ? -std::numeric_limits<double>::infinity()
                                         : std::numeric_limits<double>::quiet_NaN();
        }
        ENSURE(value.is_number());
        return value.get<double>();
    }

    void scalar(const Json& value) {
        if (value.is_boolean()) {
            out_.push_back(static_cast<char>(value.get<bool>() ? 0xF5 : 0xF4));
        } else if (value.is_number_integer()) {
            append_whole(out_, value.get<std::int64_t>());
        } else if (value.is_number_float()) {
            append_double(out_, value.get<double>());
        } else {
            append_text(out_, value.get_ref<const std::string&>());
        }
    }

    std::string& out_;
    CborTime time_;
};

}  // namespace

Json read_cbor(std::string_view bytes, const Shape& shape, CborTime time) {
    Json value = CborReader(bytes, time).read_all(shape);
    canonicalize(value, shape);
    return value;
}

void append_cbor(std::string& out, const Json& value, const Shape& shape, CborTime time) {
    Writer(out, time).value(value, shape);
}

void append_cbor_texts(std::string& out,
                       const std::vector<std::pair<std::string_view, std::string_view>>& texts) {
    append_head(out, Major::map, texts.size());
    for (const auto& [key, text] : texts) {
        append_text(out, key);
        append_text(out, text);
    }
}

}  // namespace orrery::aws
