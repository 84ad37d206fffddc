/// What REST protocols carry outside of the body: labels of the URI, query parameters, headers and
/// the status; and payloads that are no structure.
#pragma once

#include "engine/json.h"
#include "engine/net/http.h"
#include "services/aws/model.h"
#include "services/aws/rest_routes.h"

namespace orrery::aws {

/// Adds to `parameters` what the URI and the headers say. Throws SerializationException for text
/// that is not percent-encoded well or not UTF-8.
void read_bindings(const HttpRequest& request, const RestRoute& route, Json& parameters);
/// The bodies that are a payload member of type blob or string, as canonical JSON; null for none.
Json read_raw_payload(const HttpRequest& request, const Member& payload);

bool is_raw(const Member& payload);
bool has_body_members(const Shape& shape);

/// Adds to `response` the headers and the status that `result` says.
void write_bindings(const Json& result, const Shape& output, HttpResponse& response);
/// The body that is a payload member of type blob or string.
std::string write_raw_payload(const Json& value, const Member& payload);

}  // namespace orrery::aws
