#include "services/dynamodb/shard_iterator.h"

#include "engine/error.h"
#include "services/aws/encoding.h"
#include "services/dynamodb/record_bytes.h"
#include "services/dynamodb/validation_error.h"

namespace orrery::dynamodb {

namespace {
constexpr std::string_view separator = "|1|";
}

std::string iterator_text(const ShardIterator& iterator) {
    std::string bytes;
    append_bytes(bytes, iterator.position.shard);
    append_number(bytes, iterator.position.next);
    append_instant(bytes, iterator.created_at);
    return iterator.stream_arn + std::string(separator) + aws::base64(bytes);
}

ShardIterator parse_iterator(std::string_view text) {
    const aws::ApiError invalid = validation_error("Invalid ShardIterator");
    const std::size_t middle = text.find(separator);
    if (middle == std::string_view::npos) {
        throw invalid;
    }
    const auto bytes = aws::decode_base64(text.substr(middle + separator.size()));
    if (!bytes) {
        throw invalid;
    }
    try {
        RecordReader reader(*bytes);
        ShardIterator iterator;
        iterator.stream_arn = text.substr(0, middle);
        iterator.position.shard = reader.bytes();
        iterator.position.next = reader.number();
        iterator.created_at = reader.instant();
        return iterator;
    } catch (const UsageError&) {
        throw invalid;
    }
}

aws::ApiError expired_iterator(Instant created_at, Instant now) {
    // The wording of Kinesis, whose iterators these are like. (unverified)
    return {"ExpiredIteratorException",
            "Iterator expired. The iterator was created at time " + iso8601(created_at) +
                " while right now it is " + iso8601(now) +
                " which is further in the future than the tolerated delay of 900000 milliseconds."};
}

aws::ApiError trimmed_data() {
    // [aws-sdk-java issue 2923]
    return {"TrimmedDataAccessException",
            "The operation attempted to read past the oldest stream record in a shard."};
}

}  // namespace orrery::dynamodb
