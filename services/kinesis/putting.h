/// Putting records as PutRecord and PutRecords do it, in whatever form their parameters came: the
/// rules for them, faults, metrics and the trace.
#pragma once

#include "services/kinesis/streams.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace orrery::kinesis {

/// A record as a request has it; refers to the request's own text.
struct Offer {
    std::string_view key;
    std::string_view data;                 // base64, checked
    std::optional<std::string_view> hash;  // ExplicitHashKey
};

struct Placed {
    const Shard* shard;
    std::uint64_t index;  // 0: the shard's limits or a fault refused it
};

/// PutRecord. `ordering` is SequenceNumberForOrdering. Throws ApiError also if it is refused.
Placed put_one(Streams& streams,
               Stream& stream,
               const Offer& offer,
               std::optional<std::string_view> ordering);

struct PlacedRecords {
    std::vector<Placed> records;  // as they were offered
    std::size_t failed = 0;
};

/// PutRecords. Throws ApiError for what one bad record breaks for the whole request.
PlacedRecords put_all(Streams& streams, Stream& stream, const std::vector<Offer>& offers);

}  // namespace orrery::kinesis
