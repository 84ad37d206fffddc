/// Shard iterators: the text that GetRecords takes and gives for a place in a stream.
#pragma once

#include "engine/time.h"
#include "services/aws/error.h"
#include "services/dynamodb/stream.h"

#include <string>
#include <string_view>

namespace orrery::dynamodb {

struct ShardIterator {
    std::string stream_arn;
    StreamPosition position;
    Instant created_at;
};

/// "arn:…/stream/…|1|…"
std::string iterator_text(const ShardIterator& iterator);
/// Throws AWS's error for text that is none.
ShardIterator parse_iterator(std::string_view text);

aws::ApiError expired_iterator(Instant created_at, Instant now);
aws::ApiError trimmed_data();

}  // namespace orrery::dynamodb
