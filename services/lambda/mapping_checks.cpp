// What event source mappings are held against: their source, their function, each other.
#include "services/aws/error.h"
#include "services/lambda/event_source.h"
#include "services/lambda/event_source_mapping.h"
#include "services/lambda/functions.h"
#include "services/lambda/refusal.h"

namespace orrery::lambda {

namespace {

constexpr std::size_t largest_fifo_batch = 10;
constexpr std::size_t largest_batch_without_window = 10;

std::string in_seconds(Duration duration) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) +
           " seconds";
}

void check_batching(const MappingSettings& settings, bool fifo) {
    if (fifo) {
        // [docs: services-sqs-parameters]
        if (settings.batch_size > largest_fifo_batch) {
            invalid_parameter("Maximum batch size for FIFO queues is 10");
        }
        if (settings.batching_window > 0s) {
            invalid_parameter("Batching window is not supported for FIFO queues.");
        }
    } else if (settings.batch_size > largest_batch_without_window &&
               settings.batching_window == 0s) {
        // [LS]
        invalid_parameter(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
            "greater than 10");
    }
}

}  // namespace

void EventSourceMappings::check_source_exists(const MappingSettings& settings) const {
    const std::string& arn = settings.event_source_arn;
    if (functions_.main_version(settings.function) == nullptr) {
        invalid_parameter("Function does not exist");  // before the source. [LS]
    }
    if (source_kind(arn) != FilteredSource::sqs) {
        if (find_stream(arn) == nullptr) {
            invalid_parameter("Stream not found: " + arn);  // [LS]
        }
    } else if (find_queue(arn) == nullptr) {
        // [LS test_esm_with_not_existing_sqs_queue]
        invalid_parameter(
            "Error occurred while ReceiveMessage. SQS Error Code: "
            "AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does "
            "not exist.");
    }
}

/// A mapping whose queue is gone can be changed all the same.
void EventSourceMappings::check(const MappingSettings& settings) const {
    const FunctionVersion* version = functions_.main_version(settings.function);
    if (version == nullptr) {
        invalid_parameter("Function does not exist");  // [LS]
    }
    const auto queue = find_queue(settings.event_source_arn);
    if (queue == nullptr) {
        return;
    }
    check_batching(settings, queue->fifo());
    const Duration timeout = version->configuration().timeout;
    if (queue->visibility_timeout() < timeout) {
        // [public error logs]
        invalid_parameter("Queue visibility timeout: " + in_seconds(queue->visibility_timeout()) +
                          " is less than Function timeout: " + in_seconds(timeout));
    }
}

/// The blanks inside the quotes are AWS's. [LS test_duplicate_event_source_mappings]
void EventSourceMappings::check_not_twice(const MappingSettings& settings) const {
    const std::string& arn = settings.event_source_arn;
    const bool queue = source_kind(arn) == FilteredSource::sqs;
    for (const auto& mapping : mappings_) {
        if (mapping->settings.event_source_arn == arn &&
            mapping->settings.function_arn == settings.function_arn) {
            throw aws::ApiError(
                "ResourceConflictException",
                (queue ? "An event source mapping with SQS arn (\" "
                       : "The event source arn (\" ") +
                    arn + " \") and function (\" " + settings.function.name +
                    (queue ? " \") already exists." : " \") provided mapping already exists.") +
                    " Please update or delete the existing mapping with UUID " +
                    mapping->settings.uuid,
                409);
        }
    }
}

}  // namespace orrery::lambda
