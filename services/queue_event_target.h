/// Lets Lambda send events of asynchronous invocation on to SQS queues: the one place that knows
/// both.
#pragma once

#include "services/lambda/event_targets.h"

namespace orrery {

namespace sqs {
class SqsService;
}

class QueueEventTargets final : public lambda::EventTargets {
public:
    /// `sqs` must outlive this.
    explicit QueueEventTargets(sqs::SqsService& sqs) : sqs_(sqs) {}

    bool serves(std::string_view arn) const override;
    std::optional<std::string> send(std::string_view arn, lambda::EventMessage message) override;

private:
    sqs::SqsService& sqs_;
};

}  // namespace orrery
