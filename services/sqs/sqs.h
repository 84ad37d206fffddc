/// Amazon SQS: all that other parts of Orrery may include. The operations by name, and typed access
/// to the queues.
#pragma once

#include "services/aws/api.h"
#include "services/aws/identity.h"
#include "services/sqs/lambda_record.h"
#include "services/sqs/queue.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::sqs {

class MoveTasks;
class QueueRegistry;

class SqsService {
public:
    /// `world` must outlive the service.
    SqsService(World& world, aws::Identity identity);
    ~SqsService();
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
    std::unique_ptr<QueueRegistry> registry_;
    std::unique_ptr<MoveTasks> move_tasks_;
    aws::ApiService api_{"sqs"};
};

}  // namespace orrery::sqs
