/// Amazon SQS: all that other parts of Orrery may include. The operations by name, and typed access
/// to the queues.
#pragma once

#include "services/aws/api.h"
#include "services/aws/identity.h"
#include "services/aws/metrics.h"
#include "services/sqs/lambda_record.h"
#include "services/sqs/queue.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::sqs {

class MoveTasks;
class QueueRegistry;

class SqsService final : private aws::MetricSampler {
public:
    /// `world` must outlive the service, and so must `metrics`, where its queues are measured; it
    /// may be null.
    SqsService(World& world, aws::Identity identity, aws::MetricWriter* metrics = nullptr);
    ~SqsService() override;
    SqsService(const SqsService&) = delete;
    SqsService& operator=(const SqsService&) = delete;

    aws::ApiService& api() { return api_; }

    /// Null if there is no such queue. A queue lives as long as the service; once deleted it is
    /// closed() and empty.
    Queue* find_queue(std::string_view name);
    Queue* find_by_arn(std::string_view arn);
    Queue* find_by_url(std::string_view url);
    /// In alphabetical order.
    std::vector<std::string> queue_names() const;

private:
    void sample_metrics() override;

    std::unique_ptr<QueueRegistry> registry_;
    std::unique_ptr<MoveTasks> move_tasks_;
    aws::ApiService api_{"sqs"};
};

}  // namespace orrery::sqs
