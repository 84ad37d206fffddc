#include "services/aws/rest_json_body.h"

#include "engine/trace.h"
#include "services/aws/canonical.h"
#include "services/aws/error.h"
#include "services/aws/text_value.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace orrery::aws {

namespace {

Json read_value(Json& value, const Member& member, std::size_t depth);

Json read_members(Json& value, const Shape& shape, std::size_t depth) {
    Json all = Json::object();
    for (const Member& member : shape.members) {
        if (member.location != Location::body) {
            continue;
        }
        const auto found = value.find(member.location_name);
        if (found != value.end() && !found->is_null()) {
            all[member.name] = read_value(*found, member, depth + 1);
        }
    }
    return all;
}

Json read_shape(Json& value, const Shape& shape, std::size_t depth) {
    if (depth > deepest_nesting) {
        throw ApiError("SerializationException", "The request is nested too deeply.");
    }
    if (shape.kind == ShapeKind::structure && value.is_object()) {
        return read_members(value, shape, depth);
    }
    if (shape.kind == ShapeKind::list && value.is_array()) {
        for (Json& each : value) {
            each = read_value(each, shape.element, depth + 1);
        }
    } else if (shape.kind == ShapeKind::map && value.is_object()) {
        for (Json& each : value) {
            each = read_value(each, shape.value, depth + 1);
        }
    }
    return std::move(value);
}

Json read_value(Json& value, const Member& member, std::size_t depth) {
    if (member.shape->kind == ShapeKind::timestamp && value.is_string()) {
        return value_of_text(value.get<std::string>(), member);
    }
    return read_shape(value, *member.shape, depth);
}

void append_plain(std::string& out, const Json& value) {
    if (value.is_string()) {
        append_json_string(out, value.get_ref<const std::string&>());
    } else {
        out += value.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
}

void append_value(std::string& out, const Json& value, const Member& member) {
    const Shape& shape = *member.shape;
    if (shape.kind == ShapeKind::structure && value.is_object()) {
        append_rest_json(out, value, shape);
    } else if (shape.kind == ShapeKind::list && value.is_array()) {
        out += '[';
        for (const Json& each : value) {
            out.append(out.back() == '[' ? "" : ",");
            append_value(out, each, shape.element);
        }
        out += ']';
    } else if (shape.kind == ShapeKind::map && value.is_object()) {
        out += '{';
        for (const auto& [key, each] : value.items()) {
            out.append(out.back() == '{' ? "" : ",");
            append_json_string(out, key);
            out += ':';
            append_value(out, each, shape.value);
        }
        out += '}';
    } else if (shape.kind == ShapeKind::timestamp && value.is_number()) {
        append_plain(out, timestamp_value(value.get<double>(), member.timestamp_format));
    } else {
        append_plain(out, value);
    }
}

}  // namespace

Json read_rest_json(Json& value, const Shape& shape) {
    Json read = read_shape(value, shape, 0);
    canonicalize(read, shape);
    return read;
}

void append_rest_json(std::string& out, const Json& value, const Shape& shape) {
    out += '{';
    bool first = true;
    for (const Member& member : shape.members) {
        const auto found = value.find(member.name);
        if (member.location == Location::body && found != value.end() && !found->is_null()) {
            out.append(first ? "" : ",");
            first = false;
            append_json_string(out, member.location_name);
            out += ':';
            append_value(out, *found, member);
        }
    }
    out += '}';
}

}  // namespace orrery::aws
