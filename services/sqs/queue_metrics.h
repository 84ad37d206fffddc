/// QueueMetrics: what a queue tells CloudWatch: counts as things happen, and its depth at each
/// minute's end.
#pragma once

#include "engine/time.h"
#include "services/aws/metrics.h"

#include <cstddef>
#include <string>

namespace orrery::sqs {

class QueueMetrics {
public:
    /// `writer` must outlive it.
    QueueMetrics(aws::MetricWriter& writer, const std::string& queue, bool fifo);

    void sent(Instant now, std::size_t bytes) {
        sent_.record(now, 1);
        sent_size_.record(now, static_cast<double>(bytes));
    }
    void deduplicated(Instant now);
    void received(Instant now, std::size_t count) {
        received_.record(now, static_cast<double>(count));
    }
    void received_nothing(Instant now) { empty_receives_.record(now, 1); }
    void deleted(Instant now, std::size_t count) {
        deleted_.record(now, static_cast<double>(count));
    }

    /// What has been in the queue since it was last asked for.
    struct Contents {
        std::size_t visible = 0;
        std::size_t in_flight = 0;
        std::size_t delayed = 0;
        Instant oldest;  // when the oldest message was sent, if there is one
    };
    /// When the next minute ends whose contents are not yet told.
    Instant due() const { return due_; }
    /// Tells the contents at the end of each minute that has passed. Somebody has called the queue:
    /// it stays active for six hours. [docs: sqs-monitoring-using-cloudwatch]
    void called(Instant now, const Contents& contents);
    /// The same if nobody has.
    void pass(Instant now, const Contents& contents);

private:
    void tell(Instant at, const Contents& contents);

    aws::Metric& sent_;
    aws::Metric& sent_size_;
    aws::Metric* deduplicated_;  // FIFO; else null
    aws::Metric& received_;
    aws::Metric& empty_receives_;
    aws::Metric& deleted_;
    aws::Metric& visible_;
    aws::Metric& in_flight_;
    aws::Metric& delayed_;
    aws::Metric& oldest_age_;
    Instant due_;
    Instant last_call_;
};

}  // namespace orrery::sqs
