#include "services/aws/plain_parameters.h"

#include "services/aws/encoding.h"
#include "services/aws/json_cursor.h"
#include "services/aws/json_text.h"
#include "services/aws/patterns.h"

#include <algorithm>
#include <charconv>

namespace orrery::aws {

/// Gives up where it does not know how to go on.
class PlainReader : JsonCursor {
public:
    PlainReader(std::string_view text, std::vector<PlainValue>& values)
        : JsonCursor{text}, values_(values) {}

    bool read(const Shape& shape) { return read_value({}, shape) && at_end(); }

private:
    bool read_value(std::string_view name, const Shape& shape) {
        const std::size_t place = values_.size();
        values_.emplace_back().name_ = name;
        skip_blanks();
        const bool was_read = read_kind(place, shape);
        values_[place].extent_ = static_cast<std::uint32_t>(values_.size() - place);
        return was_read;
    }

    bool read_kind(std::size_t place, const Shape& shape) {
        switch (shape.kind) {
            case ShapeKind::structure: return read_structure(place, shape);
            case ShapeKind::list: return read_list(place, shape);
            case ShapeKind::map: return read_map(place, shape);
            case ShapeKind::string: return read_text(values_[place].text_, shape);
            case ShapeKind::blob: return read_blob(values_[place], shape);
            case ShapeKind::boolean: return read_boolean(values_[place]);
            case ShapeKind::integer: return read_integer(values_[place], shape);
            default: return false;
        }
    }

    bool read_structure(std::size_t place, const Shape& shape) {
        constexpr int most_levels = 16;
        if (++levels_ > most_levels || !take('{')) {
            return false;
        }
        std::uint64_t seen = 0;
        std::size_t required = 0;
        std::uint32_t count = 0;
        if (!take('}')) {
            do {
                const Member* member = read_name(shape, seen);
                if (member == nullptr || !read_value(member->name, *member->shape)) {
                    return false;
                }
                required += member->required ? 1 : 0;
                ++count;
            } while (take(','));
            if (!take('}')) {
                return false;
            }
        }
        --levels_;
        values_[place].count_ = count;
        return required == shape.required_members() && fits(count, shape);
    }

    /// The member that comes now, with its colon; null if it came before, or is none.
    const Member* read_name(const Shape& shape, std::uint64_t& seen) {
        std::string_view name;
        skip_blanks();
        if (!read_string(name) || !take(':')) {
            return nullptr;
        }
        const Member* member = shape.find(name);
        if (member == nullptr) {
            return nullptr;
        }
        const auto index = static_cast<std::size_t>(member - shape.members.data());
        const std::uint64_t bit = index < 64 ? std::uint64_t{1} << index : seen;
        if ((seen & bit) != 0) {
            return nullptr;
        }
        seen |= bit;
        return member;
    }

    bool read_map(std::size_t place, const Shape& shape) {
        constexpr std::uint32_t most_names = 64;  // each is held against all before it
        if (!take('{')) {
            return false;
        }
        std::uint32_t count = 0;
        if (!take('}')) {
            do {
                std::string_view name;
                skip_blanks();
                if (count == most_names || !read_text(name, *shape.key.shape) ||
                    has(place, count, name) || !take(':') ||
                    !read_value(name, *shape.value.shape)) {
                    return false;
                }
                ++count;
            } while (take(','));
            if (!take('}')) {
                return false;
            }
        }
        values_[place].count_ = count;
        return fits(count, shape);
    }

    /// Whether one of the first `count` values in a map has the name.
    bool has(std::size_t place, std::uint32_t count, std::string_view name) const {
        for (std::size_t value = place + 1; count > 0; value += values_[value].extent_, --count) {
            if (values_[value].name_ == name) {
                return true;
            }
        }
        return false;
    }

    bool read_list(std::size_t place, const Shape& shape) {
        if (!take('[')) {
            return false;
        }
        std::uint32_t count = 0;
        if (!take(']')) {
            do {
                if (!read_value({}, *shape.element.shape)) {
                    return false;
                }
                ++count;
            } while (take(','));
            if (!take(']')) {
                return false;
            }
        }
        values_[place].count_ = count;
        return fits(count, shape);
    }

    bool read_text(std::string_view& text, const Shape& shape) {
        const auto& allowed = shape.enumeration;
        return read_string(text) && fits(text.size(), shape) &&
               (allowed.empty() ||
                std::find(allowed.begin(), allowed.end(), text) != allowed.end()) &&
               (shape.pattern.empty() || matches_pattern(shape.pattern, text));
    }

    bool read_boolean(PlainValue& value) {
        const bool truth = rest.starts_with("true");
        if (!truth && !rest.starts_with("false")) {
            return false;
        }
        value.integer_ = truth ? 1 : 0;
        rest.remove_prefix(truth ? 4 : 5);
        return true;
    }

    bool read_blob(PlainValue& value, const Shape& shape) {
        if (!read_string(value.text_) || !is_canonical_base64(value.text_)) {
            return false;
        }
        const std::string_view text = value.text_;
        const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
        return fits(text.size() / 4 * 3 - padding, shape);
    }

    bool read_integer(PlainValue& value, const Shape& shape) {
        std::int32_t number = 0;
        const char* const begin = rest.data();
        const auto [end, error] = std::from_chars(begin, begin + rest.size(), number);
        // JSON has no zero before other digits; a sign is rare enough to be left to others.
        const bool odd = rest.starts_with('-') || (rest.starts_with('0') && end != begin + 1);
        rest.remove_prefix(static_cast<std::size_t>(end - begin));
        value.integer_ = number;
        return error == std::errc{} && !odd && fits(number, shape);
    }

    template <typename Number>
    static bool fits(Number size, const Shape& shape) {
        const auto number = static_cast<double>(size);
        return !(shape.minimum && number < *shape.minimum) &&
               !(shape.maximum && number > *shape.maximum);
    }

    bool read_string(std::string_view& text) {
        if (!rest.starts_with('"')) {
            return false;
        }
        rest.remove_prefix(1);
        const std::size_t length = plain_length(rest);
        if (length == rest.size() || rest[length] != '"') {
            return false;
        }
        text = rest.substr(0, length);
        rest.remove_prefix(length + 1);
        return true;
    }

    std::vector<PlainValue>& values_;
    int levels_ = 0;
};

const PlainValue* PlainValue::find(std::string_view member) const {
    for (const PlainValue& each : *this) {
        if (each.name_ == member) {
            return &each;
        }
    }
    return nullptr;
}

std::optional<std::string_view> PlainValue::optional_text(std::string_view member) const {
    const PlainValue* value = find(member);
    return value == nullptr ? std::nullopt : std::optional(value->text_);
}

std::optional<std::int64_t> PlainValue::optional_integer(std::string_view member) const {
    const PlainValue* value = find(member);
    return value == nullptr ? std::nullopt : std::optional(value->integer_);
}

const PlainValue* PlainParameters::read(std::string_view text, const Shape& shape) {
    values_.clear();
    return PlainReader(text, values_).read(shape) ? values_.data() : nullptr;
}

}  // namespace orrery::aws
