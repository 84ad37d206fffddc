/// The records in which streams lie on disk, and how they are read back: what is damaged is a
/// UsageError.
#pragma once

#include "engine/json.h"
#include "services/kinesis/stream.h"
#include "services/kinesis/streams.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::kinesis {

inline constexpr std::string_view account_table = "kinesis/account";  // by the account's ARN prefix
inline constexpr std::string_view stream_table = "kinesis/stream";    // by ARN
inline constexpr std::string_view place_table = "kinesis/place";      // by stream id and shard
inline constexpr std::string_view record_table = "kinesis/record";    // the same, and index

std::string saved_key(std::string_view stream_id, std::uint32_t shard);
std::string saved_key(std::string_view stream_id, std::uint32_t shard, std::uint64_t index);
struct SavedKey {
    std::string_view stream_id;
    std::uint32_t shard = 0;
    std::uint64_t index = 0;  // of a record
};
SavedKey read_key(std::string_view key);

/// The index that a shard's next record has.
std::string saved_place(std::uint64_t next);
std::uint64_t read_place(std::string_view bytes);

std::string saved_record(const Record& record);
Record read_record(std::string_view bytes);

/// All but places and records.
Json saved_stream(Stream& stream);
/// What names it again.
struct SavedNames {
    std::string name;
    std::string id;
    Instant created_at;
};
SavedNames read_names(const Json& saved);
/// The rest, into a stream of those names.
void read_stream(const Json& saved, Stream& stream);

Json saved_account(const AccountSettings& settings);
AccountSettings read_account(const Json& saved);

}  // namespace orrery::kinesis
