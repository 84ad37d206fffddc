#include "services/aws/readable_payload.h"

#include "services/aws/encoding.h"
#include "services/aws/form.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace orrery::aws {

namespace {

/// Null if the shape has no such payload, or the value no such member.
Json* find_payload(Json& value, const Shape& shape) {
    if (shape.payload == nullptr || shape.payload->shape->kind != ShapeKind::blob) {
        return nullptr;
    }
    const auto found = value.find(shape.payload->name);
    return found == value.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace

void encode_payload(Json& parameters, const Shape& input) {
    Json* payload = find_payload(parameters, input);
    if (payload == nullptr) {
        return;
    }
    *payload = base64(payload->is_string()
                          ? payload->get_ref<const std::string&>()
                          : payload->dump(-1, ' ', false, Json::error_handler_t::replace));
}

void decode_payload(Json& result, const Shape& output) {
    Json* payload = find_payload(result, output);
    const std::optional<std::string> bytes =
        payload == nullptr || !payload->is_string()
            ? std::nullopt
            : decode_base64(payload->get_ref<const std::string&>());
    if (!bytes || !is_utf8(*bytes)) {
        return;
    }
    Json parsed = Json::parse(*bytes, nullptr, false);
    *payload = parsed.is_discarded() ? Json(*bytes) : std::move(parsed);
}

}  // namespace orrery::aws
