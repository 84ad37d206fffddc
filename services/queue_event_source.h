/// Lets Lambda's event source mappings poll SQS queues: the one place that knows both.
#pragma once

#include "services/lambda/lambda.h"

namespace orrery {

namespace sqs {
class SqsService;
}

class QueueEventSources final : public lambda::EventSources {
public:
    /// `sqs` must outlive this and the sources it finds.
    explicit QueueEventSources(sqs::SqsService& sqs) : sqs_(sqs) {}

    std::unique_ptr<lambda::QueueSource> find(std::string_view arn) override;

private:
    sqs::SqsService& sqs_;
};

}  // namespace orrery
