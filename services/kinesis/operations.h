/// Kinesis' operations by AWS's names, in groups, and what they share. Private to this folder.
#pragma once

#include "engine/json.h"
#include "services/aws/api.h"
#include "services/aws/parameters.h"
#include "services/kinesis/streams.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::aws {
class PlainValue;
}

namespace orrery::kinesis {

/// What an operation has: its parameters, and all that is there.
struct Request {
    Streams& streams;
    aws::Parameters& parameters;
};

class Rows {
public:
    /// Both must outlive the rows.
    Rows(aws::ApiService& api, Streams& streams) : api_(api), streams_(streams) {}
    void add(const std::string& operation, Json (*function)(Request& request)) const;
    void add_quick(const std::string& operation,
                   std::string (*function)(Streams& streams,
                                           const aws::PlainValue& parameters)) const;

private:
    aws::ApiService& api_;
    Streams& streams_;
};

void add_stream_operations(const Rows& rows);
void add_describe_operations(const Rows& rows);
void add_put_operations(const Rows& rows);
void add_read_operations(const Rows& rows);
void add_shard_operations(const Rows& rows);
void add_settings_operations(const Rows& rows);
void add_consumer_operations(const Rows& rows);
void add_tag_operations(const Rows& rows);
void add_policy_operations(const Rows& rows);
void add_account_operations(const Rows& rows);
void add_subscribe_operation(aws::ApiService& api, Streams& streams);

std::optional<std::string_view> text_or_nothing(aws::Parameters& parameters, std::string_view name);

/// StreamName, StreamARN and StreamId of a request, as far as it has them.
struct StreamReference {
    std::optional<std::string_view> name;
    std::optional<std::string_view> arn;
    std::optional<std::string_view> id;
};
StreamReference stream_reference(const aws::PlainValue& parameters);

/// The stream that is meant; ResourceNotFoundException if there is none.
Stream& existing_stream(Request& request);
/// The same, ResourceInUseException unless it is ACTIVE.
Stream& active_stream(Request& request);
/// The same for records: one that is not ACTIVE or UPDATING is as good as none.
Stream& usable_stream(Request& request);
Stream& usable_stream(Streams& streams, const StreamReference& reference);
/// The stream is UPDATING for so long; then `complete` is called, and it is ACTIVE again.
void update(Streams& streams,
            Stream& stream,
            Duration duration,
            std::function<void(Stream&)> complete);
/// Throws unless the account may have so many shards more.
void check_shard_limit(Streams& streams, std::size_t more);
/// Throws unless such a stream of this account may have so much warm throughput.
void check_warm_throughput(const Streams& streams, bool on_demand, std::int64_t mibps);
/// How many shards it takes for that.
std::size_t warm_shards(std::int64_t mibps);

/// The stream or consumer that ResourceARN names; ResourceNotFoundException if there is none.
Streams::Resource named_resource(Request& request);
/// The consumer that ConsumerARN, or StreamARN and ConsumerName say.
struct NamedConsumer {
    Stream& stream;
    Consumer& consumer;
};
NamedConsumer existing_consumer(Request& request);
aws::ApiError consumer_not_active(const Stream& stream, const Consumer& consumer);

aws::ApiError invalid_argument(const std::string& message);
aws::ApiError validation_error(const std::string& message);
aws::ApiError limit_exceeded(const std::string& message);
aws::ApiError no_such_stream(const aws::Identity& identity, std::string_view name);
aws::ApiError not_active(const Stream& stream);
/// "Rate exceeded for shard …": of a whole request.
aws::ApiError rate_exceeded(const Stream& stream, const Shard& shard);
std::string rate_exceeded_text(const Stream& stream, const Shard& shard);

/// " in stream NAME under account A"
std::string in_stream(const Stream& stream);
std::string_view status_text(StreamStatus status);
std::string_view status_text(ConsumerStatus status);
/// Epoch seconds, exact to the millisecond.
Json timestamp(Instant instant);
/// The same as JSON text.
void append_timestamp(std::string& out, Instant instant);
Instant instant_of(const Json& timestamp);
Json mode_details(const Stream& stream);
Json warm_throughput(const Stream& stream);
/// Adds the members of Tags, with their limit.
void add_tags(const Json& map, std::map<std::string, std::string>& tags);
/// Forgets what is older than a day, and says whether there may be one more of at most so many.
bool another_today(std::deque<Instant>& times, std::size_t most, Instant now);

}  // namespace orrery::kinesis
