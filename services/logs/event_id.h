/// The ids of log events, which are also where pages begin: 56 digits that grow with time.
#pragma once

#include "services/logs/log_store.h"

#include <optional>
#include <string>
#include <string_view>

namespace orrery::logs {

/// AWS's are the timestamp, shifted by 144 bits, and something more; here that is the order of
/// arrival.
std::string event_id(const EventKey& key);
/// Nothing for text that is no such id.
std::optional<EventKey> parse_event_id(std::string_view text);

}  // namespace orrery::logs
