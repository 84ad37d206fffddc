#include "services/aws/readable_payload.h"

#include "services/aws/encoding.h"
#include "services/aws/form.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace orrery::aws {

namespace {

/// Calls `change` with each payload in a value of this shape.
void visit_payloads(Json& value, const Shape& shape, void (*change)(Json& payload)) {
    if (shape.kind == ShapeKind::list && value.is_array()) {
        for (Json& element : value) {
            visit_payloads(element, *shape.element.shape, change);
        }
    }
    if (shape.kind != ShapeKind::structure || !value.is_object()) {
        return;
    }
    for (auto& [name, inner] : value.items()) {
        const Member* member = shape.find(name);
        if (member == nullptr || inner.is_null()) {
            continue;
        }
        const bool data_of_record = member->shape->name == "Data";  // of Kinesis
        if (member->shape->kind != ShapeKind::blob) {
            visit_payloads(inner, *member->shape, change);
        } else if (member == shape.payload || data_of_record) {
            change(inner);
        }
    }
}

void encode(Json& payload) {
    payload =
        base64(payload.is_string() ? payload.get_ref<const std::string&>()
                                   : payload.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void decode(Json& payload) {
    const std::optional<std::string> bytes =
        payload.is_string() ? decode_base64(payload.get_ref<const std::string&>()) : std::nullopt;
    if (!bytes || !is_utf8(*bytes)) {
        return;
    }
    Json parsed = Json::parse(*bytes, nullptr, false);
    payload = parsed.is_discarded() ? Json(*bytes) : std::move(parsed);
}

}  // namespace

void encode_payload(Json& parameters, const Shape& input) {
    visit_payloads(parameters, input, encode);
}

void decode_payload(Json& result, const Shape& output) {
    visit_payloads(result, output, decode);
}

}  // namespace orrery::aws
