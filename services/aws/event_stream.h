/// The framing of vnd.amazon.eventstream: answers that are a sequence of events.
#pragma once

#include "engine/json.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::aws {

struct Shape;

inline constexpr std::string_view event_stream_content_type = "application/vnd.amazon.eventstream";

/// One message: text headers, and a payload. [docs: eventstream encoding]
std::string event_stream_message(
    const std::vector<std::pair<std::string_view, std::string_view>>& headers,
    std::string_view payload);

/// `events` is a list of objects with one member each, which names the event of `stream`.
std::string encode_event_stream(const Json& events, const Shape& stream);

}  // namespace orrery::aws
