#include "services/aws/readable_blobs.h"

#include "services/aws/encoding.h"
#include "services/aws/form.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace orrery::aws {

namespace {

template <typename Visit>
void each_blob(Json& value, const Shape& shape, Visit visit) {
    if (value.is_null()) {
        return;
    }
    if (shape.kind == ShapeKind::blob) {
        visit(value);
    } else if (shape.kind == ShapeKind::structure && value.is_object()) {
        for (const auto& [name, each] : value.items()) {
            if (const Member* member = shape.find(name)) {
                each_blob(each, *member->shape, visit);
            }
        }
    } else if (shape.kind == ShapeKind::list && value.is_array()) {
        for (Json& each : value) {
            each_blob(each, *shape.element.shape, visit);
        }
    } else if (shape.kind == ShapeKind::map && value.is_object()) {
        for (Json& each : value) {
            each_blob(each, *shape.value.shape, visit);
        }
    }
}

void encode(Json& value) {
    value = base64(value.is_string() ? value.get_ref<const std::string&>()
                                     : value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void decode(Json& value) {
    const std::optional<std::string> bytes =
        value.is_string() ? decode_base64(value.get_ref<const std::string&>()) : std::nullopt;
    if (!bytes || !is_utf8(*bytes)) {
        return;
    }
    Json parsed = Json::parse(*bytes, nullptr, false);
    value = parsed.is_discarded() ? Json(*bytes) : std::move(parsed);
}

}  // namespace

void encode_blobs(Json& value, const Shape& shape) {
    each_blob(value, shape, encode);
}

void decode_blobs(Json& value, const Shape& shape) {
    each_blob(value, shape, decode);
}

}  // namespace orrery::aws
