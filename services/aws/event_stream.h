/// The framing of application/vnd.amazon.eventstream: answers that are a sequence of events.
#pragma once

#include "engine/json.h"
#include "engine/net/http.h"
#include "services/aws/api.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::aws {

struct Shape;

/// One message: text headers, and a payload. [docs: eventstream encoding]
std::string event_stream_message(
    const std::vector<std::pair<std::string_view, std::string_view>>& headers,
    std::string_view payload);

/// `event` is an object with one member, which names the event of `stream`.
std::string encode_event(const Json& event, const Shape& stream);

/// `response` to an operation with this `output` goes on with the `events`, encoded.
void stream_events(const ApiResult::Events& events, const Shape& output, HttpResponse& response);

}  // namespace orrery::aws
