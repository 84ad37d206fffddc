/// The record that a destination gets of stream records that were given up.
#pragma once

#include "services/lambda/stream_source.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::lambda {

/// Why records are given up.
enum class GivenUp : std::uint8_t {
    retries_exhausted,
    age_exceeded,
    expired,  // trimmed by the stream, which is reported as its age
};

struct OnFailureRecord {
    GivenUp condition = GivenUp::retries_exhausted;
    std::string request_id;  // of the last invocation
    std::string function_arn;
    std::size_t invocations = 1;
    std::string executed_version;  // of the last invocation
    bool function_error = false;   // it ended in an error, rather than with an answer that is none
    Instant now;

    StreamKind kind = StreamKind::kinesis;
    std::string stream_arn;
    std::string shard;
    std::string first_sequence_number;
    std::string last_sequence_number;
    Instant first_arrived;
    Instant last_arrived;
    std::size_t records = 0;
};

/// "RetryAttemptsExhausted", "RecordAgeExceeded".
std::string_view condition_name(GivenUp condition);

/// JSON text. `event` is the Lambda event, which buckets alone get as "payload"; empty: without.
/// [docs: kinesis-on-failure-destination; LS test_kinesis_event_source_mapping_with_*]
std::string on_failure_document(const OnFailureRecord& record, std::string_view event);

/// What the document is called in a bucket. [docs: kinesis-on-failure-destination]
std::string on_failure_object_name(const OnFailureRecord& record,
                                   std::string_view mapping_uuid,
                                   std::string_view random_uuid);

}  // namespace orrery::lambda
