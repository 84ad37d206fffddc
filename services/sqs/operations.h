/// SQS's operations by AWS's names, in three groups, and what they share. Private to this folder.
#pragma once

#include "engine/json.h"
#include "services/aws/api.h"
#include "services/aws/parameters.h"
#include "services/sqs/registry.h"

#include <functional>
#include <string>
#include <string_view>

namespace orrery::sqs {

void add_queue_operations(aws::ApiService& service, QueueRegistry& registry);
void add_send_operations(aws::ApiService& service, QueueRegistry& registry);
void add_receive_operations(aws::ApiService& service, QueueRegistry& registry);

/// The errors that several operations have in common.
aws::ApiError invalid_parameter(const std::string& message);
/// "Value 2 for parameter DelaySeconds is invalid. Reason: …"
aws::ApiError invalid_value(std::string_view value,
                            std::string_view parameter,
                            std::string_view reason);
aws::ApiError missing_parameter(std::string_view parameter);
aws::ApiError queue_does_not_exist();

/// A member that must be there, with SQS's own error if it is not.
std::string required_string(aws::Parameters& parameters, std::string_view name);
/// A member that must be an object whose values are all strings; absent is empty.
std::map<std::string, std::string, std::less<>> string_map(aws::Parameters& parameters,
                                                           std::string_view name);
/// The integer member `name`, checked against the table of limits.
std::optional<std::int64_t> limited_integer(aws::Parameters& parameters, std::string_view name);
/// The queue that QueueUrl names.
QueueEntry& queue_at(QueueRegistry& registry, aws::Parameters& parameters);

/// Calls `each` for every entry of Entries, which returns what goes into Successful beside the Id;
/// an ApiError makes the entry a failed one. `entry_type` is AWS's name for an entry.
Json run_batch(aws::Parameters& parameters,
               std::string_view entry_type,
               const std::function<Json(aws::Parameters& entry)>& each);

}  // namespace orrery::sqs
