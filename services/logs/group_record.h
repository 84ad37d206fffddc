/// A log group, a stream and an event as records of the store, and back.
#pragma once

#include "services/logs/log_store.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace orrery::logs {

/// Eight bytes, the highest first: keys sort as numbers do.
std::string number_key(std::uint64_t number);
/// The number at the start of a key. Throws UsageError if it is too short, as all below do for what
/// these functions have not written.
std::uint64_t take_number(std::string_view& key);

/// The group's settings, without streams and events.
std::string group_record(const LogGroup& group);
std::unique_ptr<LogGroup> read_group(std::uint64_t id, std::string_view record);

std::string stream_record(const LogStream& stream);
/// Adds the stream to the group.
void read_stream(LogGroup& group, std::uint64_t number, std::string_view record);

std::string event_record(const LogEvent& event);
struct ReadEvent {
    LogEvent event;
    std::uint64_t stream_number = 0;
};
ReadEvent read_event(std::uint64_t sequence, std::string_view record);

}  // namespace orrery::logs
