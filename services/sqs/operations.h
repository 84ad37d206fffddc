/// SQS's operations by AWS's names, in groups, and what they share. Private to this folder.
#pragma once

#include "engine/json.h"
#include "services/aws/api.h"
#include "services/aws/parameters.h"
#include "services/sqs/registry.h"

#include <functional>
#include <string>
#include <string_view>

namespace orrery::sqs {

class MoveTasks;

void add_queue_operations(aws::ApiService& service, QueueRegistry& registry);
void add_send_operations(aws::ApiService& service, QueueRegistry& registry);
void add_receive_operations(aws::ApiService& service, QueueRegistry& registry);
void add_permission_operations(aws::ApiService& service, QueueRegistry& registry);
void add_tag_operations(aws::ApiService& service, QueueRegistry& registry);
void add_move_operations(aws::ApiService& service, QueueRegistry& registry, MoveTasks& tasks);

/// The errors that several operations have in common.
aws::ApiError invalid_parameter(const std::string& message);
/// "Value 2 for parameter DelaySeconds is invalid. Reason: …"
aws::ApiError invalid_value(std::string_view value,
                            std::string_view parameter,
                            std::string_view reason);
aws::ApiError missing_parameter(std::string_view parameter);
aws::ApiError queue_does_not_exist();
aws::ApiError receipt_handle_is_invalid(std::string_view handle);
/// Throws AWS's error if `queue` does not admit one more call of `action` now.
void check_throughput(Queue& queue, std::string_view action, std::string_view group = {});

/// A member that must be there, with SQS's own error if it is not or is empty.
const std::string& required_text(aws::Parameters& parameters, std::string_view name);
/// A member that must be an object whose values are all strings; absent is empty.
AttributeMap string_map(aws::Parameters& parameters, std::string_view name);
/// The integer member `name`, checked against the table of limits.
std::optional<std::int64_t> limited_integer(aws::Parameters& parameters, std::string_view name);
/// The queue that QueueUrl names.
QueueEntry& queue_at(QueueRegistry& registry, aws::Parameters& parameters);

/// The list Entries with AWS's checks of a batch. `entry_type` is AWS's name for an entry.
const Json& batch_entries(aws::Parameters& parameters, std::string_view entry_type);
/// Calls `each` for every one of `entries`, which returns what goes into Successful beside the Id;
/// an ApiError makes the entry a failed one.
Json run_batch(const Json& entries,
               std::string_view entry_type,
               const std::function<Json(aws::Parameters& entry)>& each);

}  // namespace orrery::sqs
