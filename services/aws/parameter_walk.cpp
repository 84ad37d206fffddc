#include "services/aws/parameter_walk.h"

#include "services/aws/canonical.h"
#include "services/aws/encoding.h"
#include "services/aws/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace orrery::aws {

namespace {

bool fits_integer(const Json& value) {
    if (!value.is_number_integer()) {
        return false;
    }
    if (value.is_number_unsigned()) {
        return value.get<std::uint64_t>() <= std::numeric_limits<std::int32_t>::max();
    }
    const auto number = value.get<std::int64_t>();
    return number >= std::numeric_limits<std::int32_t>::min() &&
           number <= std::numeric_limits<std::int32_t>::max();
}

bool fits_long(const Json& value) {
    return value.is_number_integer() &&
           (!value.is_number_unsigned() ||
            value.get<std::uint64_t>() <=
                static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
}

bool is_base64(const std::string& text) {
    return is_canonical_base64(text) || decode_base64(text);
}

bool has_type(const Json& value, ShapeKind kind) {
    switch (kind) {
        case ShapeKind::structure:
        case ShapeKind::map: return value.is_object();
        case ShapeKind::list: return value.is_array();
        case ShapeKind::string: return value.is_string();
        case ShapeKind::blob:
            return value.is_string() && is_base64(value.get_ref<const std::string&>());
        case ShapeKind::timestamp:
        case ShapeKind::floating: return value.is_number();
        case ShapeKind::boolean: return value.is_boolean();
        case ShapeKind::integer: return fits_integer(value);
        case ShapeKind::long_integer: return fits_long(value);
        case ShapeKind::document: return true;
    }
    return false;
}

class Walk {
public:
    explicit Walk(ParameterVisitor& visitor) : visitor_(visitor) {}

    void visit(const ParameterPath& path, const Json& value, const Shape& shape) {
        if (!has_type(value, shape.kind)) {
            visitor_.wrong_type(path, shape, value);
            return;
        }
        visitor_.right(path, shape, value);
        if (shape.kind < ShapeKind::structure || shape.kind > ShapeKind::map) {
            return;
        }
        if (++depth_ > deepest_nesting) {
            throw ApiError("SerializationException", "The request is nested too deeply.");
        }
        if (shape.kind == ShapeKind::structure) {
            visit_members(path, value, shape);
        } else if (shape.kind == ShapeKind::list) {
            std::size_t index = 0;
            for (const Json& each : value) {
                visit({&path, {}, index++}, each, *shape.element.shape);
            }
        } else {
            for (const auto& [key, each] : value.get_ref<const Json::object_t&>()) {
                visit({&path, key}, each, *shape.value.shape);
            }
        }
        --depth_;
    }

private:
    void visit_members(const ParameterPath& path, const Json& value, const Shape& shape) {
        std::size_t required = 0;
        for (const auto& [name, each] : value.get_ref<const Json::object_t&>()) {
            const Member* member = shape.find(name);
            if (member == nullptr) {
                visitor_.unknown_member({&path, name}, shape);
            } else if (!each.is_null()) {
                required += member->required ? 1 : 0;
                visit({&path, name}, each, *member->shape);
            }
        }
        if (required == shape.required_members()) {
            return;
        }
        for (const Member& member : shape.members) {
            const auto found = value.find(member.name);
            if (member.required && (found == value.end() || found->is_null())) {
                visitor_.missing({&path, member.name});
            }
        }
    }

    ParameterVisitor& visitor_;
    std::size_t depth_ = 0;
};

}  // namespace

std::vector<std::string> ParameterPath::steps(std::size_t first_index) const {
    std::vector<std::string> steps;
    for (const ParameterPath* each = this; each->parent != nullptr; each = each->parent) {
        steps.push_back(each->name.empty() ? std::to_string(each->index + first_index)
                                           : std::string(each->name));
    }
    std::reverse(steps.begin(), steps.end());
    return steps;
}

void ParameterVisitor::unknown_member(const ParameterPath& /*path*/, const Shape& /*structure*/) {}
void ParameterVisitor::missing(const ParameterPath& /*path*/) {}
void ParameterVisitor::right(const ParameterPath& /*path*/,
                             const Shape& /*shape*/,
                             const Json& /*value*/) {}

void walk_parameters(const Json& value, const Shape& shape, ParameterVisitor& visitor) {
    Walk(visitor).visit({}, value, shape);
}

}  // namespace orrery::aws
