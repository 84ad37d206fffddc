#include "services/aws/canonical.h"

#include "engine/time.h"
#include "services/aws/error.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>

namespace orrery::aws {

namespace {

void require_depth(std::size_t depth) {
    if (depth > deepest_nesting) {
        throw ApiError("SerializationException", "The request is nested too deeply.");
    }
}

void check_depth(const Json& value, std::size_t depth) {
    require_depth(depth);
    if (value.is_structured()) {
        for (const Json& each : value) {
            check_depth(each, depth + 1);
        }
    }
}

void make_whole(Json& value) {
    constexpr double bound = 9007199254740992.0;  // 2^53: beyond it a double is not exact
    const double number = value.get<double>();
    if (std::abs(number) <= bound && std::trunc(number) == number) {
        value = static_cast<std::int64_t>(number);
    }
}

void canonicalize(Json& value, const Shape& shape, std::size_t depth);

void canonicalize_members(Json& value, const Shape& shape, std::size_t depth) {
    for (auto each = value.begin(); each != value.end();) {
        const Member* member = shape.find(each.key());
        if (member == nullptr || each->is_null()) {
            each = value.erase(each);
            continue;
        }
        canonicalize(*each, *member->shape, depth + 1);
        ++each;
    }
}

void canonicalize_map(Json& value, const Shape& shape, std::size_t depth) {
    for (auto each = value.begin(); each != value.end();) {
        if (each->is_null()) {
            each = value.erase(each);
            continue;
        }
        canonicalize(*each, *shape.value.shape, depth + 1);
        ++each;
    }
}

void canonicalize(Json& value, const Shape& shape, std::size_t depth) {
    require_depth(depth);
    switch (shape.kind) {
        case ShapeKind::structure:
            if (value.is_object()) {
                canonicalize_members(value, shape, depth);
            }
            break;
        case ShapeKind::map:
            if (value.is_object()) {
                canonicalize_map(value, shape, depth);
            }
            break;
        case ShapeKind::list:
            if (value.is_array()) {
                for (Json& each : value) {
                    canonicalize(each, *shape.element.shape, depth + 1);
                }
            }
            break;
        case ShapeKind::integer:
        case ShapeKind::long_integer:
            if (value.is_number_float()) {
                make_whole(value);
            }
            break;
        case ShapeKind::document: check_depth(value, depth); break;
        default: break;
    }
}

}  // namespace

void canonicalize(Json& value, const Shape& shape) {
    canonicalize(value, shape, 0);
}

std::string iso8601_timestamp(double seconds) {
    // Between the years 1 and 9999, which is what the text can say.
    const double bounded = std::min(std::max(seconds, -9e9), 9e9);
    const auto millis = static_cast<std::int64_t>(std::llround(bounded * 1000));
    std::string text = iso8601(Instant{std::chrono::milliseconds(millis)});
    if (millis % 1000 == 0) {
        text.erase(text.size() - 5, 4);  // ".000"
    }
    return text;
}

std::optional<double> parse_timestamp(std::string_view text) {
    if (const std::optional<Instant> instant = parse_instant(text)) {
        return static_cast<double>(instant->time_since_epoch().count()) / 1e9;
    }
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(seconds)) {
        return std::nullopt;
    }
    return seconds;
}

}  // namespace orrery::aws
