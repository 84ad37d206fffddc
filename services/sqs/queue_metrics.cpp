#include "services/sqs/queue_metrics.h"

#include <algorithm>

namespace orrery::sqs {

namespace {

constexpr Duration minute = std::chrono::minutes(1);
constexpr Duration active_after_call = std::chrono::hours(6);

Instant end_of_minute(Instant at) {
    return std::chrono::floor<std::chrono::minutes>(at) + minute;
}

// [docs: sqs-available-cloudwatch-metrics]
aws::MetricName metric_name(const std::string& queue, const char* name, const char* unit) {
    return {"AWS/SQS", name, {{"QueueName", queue}}, unit};
}

}  // namespace

QueueMetrics::QueueMetrics(aws::MetricWriter& writer, const std::string& queue, bool fifo)
    : sent_(writer.metric(metric_name(queue, "NumberOfMessagesSent", "Count"))),
      sent_size_(writer.metric(metric_name(queue, "SentMessageSize", "Bytes"))),
      deduplicated_(
          fifo ? &writer.metric(metric_name(queue, "NumberOfDeduplicatedSentMessages", "Count"))
               : nullptr),
      received_(writer.metric(metric_name(queue, "NumberOfMessagesReceived", "Count"))),
      empty_receives_(writer.metric(metric_name(queue, "NumberOfEmptyReceives", "Count"))),
      deleted_(writer.metric(metric_name(queue, "NumberOfMessagesDeleted", "Count"))),
      visible_(writer.metric(metric_name(queue, "ApproximateNumberOfMessagesVisible", "Count"))),
      in_flight_(
          writer.metric(metric_name(queue, "ApproximateNumberOfMessagesNotVisible", "Count"))),
      delayed_(writer.metric(metric_name(queue, "ApproximateNumberOfMessagesDelayed", "Count"))),
      oldest_age_(writer.metric(metric_name(queue, "ApproximateAgeOfOldestMessage", "Seconds"))) {}

void QueueMetrics::deduplicated(Instant now) {
    deduplicated_->record(now, 1);
}

void QueueMetrics::called(Instant now, const Contents& contents) {
    if (due_ == Instant()) {
        due_ = end_of_minute(now);  // the first call: nothing to tell yet
    } else {
        pass(now, contents);
    }
    last_call_ = now;
}

void QueueMetrics::pass(Instant now, const Contents& contents) {
    if (due_ == Instant()) {
        return;
    }
    const bool holds = contents.visible + contents.in_flight + contents.delayed > 0;
    const Instant last = holds ? now : std::min(now, last_call_ + active_after_call);
    for (; due_ <= last; due_ += minute) {
        tell(due_, contents);
    }
    due_ = std::max(due_, end_of_minute(now));
}

void QueueMetrics::tell(Instant at, const Contents& contents) {
    const Instant in_minute = at - Duration(1);
    const bool holds = contents.visible + contents.in_flight + contents.delayed > 0;
    visible_.record(in_minute, static_cast<double>(contents.visible));
    in_flight_.record(in_minute, static_cast<double>(contents.in_flight));
    delayed_.record(in_minute, static_cast<double>(contents.delayed));
    const auto age = std::chrono::floor<std::chrono::seconds>(at - contents.oldest).count();
    oldest_age_.record(in_minute, holds ? static_cast<double>(age) : 0);
}

}  // namespace orrery::sqs
