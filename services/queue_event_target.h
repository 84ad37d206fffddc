/// Lets Lambda send events of asynchronous invocation on to SQS queues: the one place that knows
/// both.
#pragma once

#include "services/aws/identity.h"
#include "services/lambda/event_targets.h"

#include <utility>

namespace orrery {

namespace sqs {
class SqsService;
}

class QueueEventTargets final : public lambda::EventTargets {
public:
    /// `sqs`, which is the service of `identity`, must outlive this.
    QueueEventTargets(sqs::SqsService& sqs, aws::Identity identity)
        : sqs_(sqs), identity_(std::move(identity)) {}

    bool serves(std::string_view arn) const override;
    std::optional<std::string> send(std::string_view arn, lambda::EventMessage message) override;

private:
    sqs::SqsService& sqs_;
    aws::Identity identity_;
};

}  // namespace orrery
