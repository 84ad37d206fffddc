#include "scenarios/language/trace_kinds.h"

namespace orrery {

const std::vector<std::string_view>& trace_kinds() {
    static const std::vector<std::string_view> kinds{
        "fault.fired",
        "lambda.environment.failed",
        "lambda.environment.ready",
        "lambda.environment.starting",
        "lambda.environment.stopped",
        "lambda.event.dropped",
        "lambda.event.not_sent",
        "lambda.event.queued",
        "lambda.event.retrying",
        "lambda.event.sent_on",
        "lambda.function.created",
        "lambda.invocation.failed",
        "lambda.invocation.recursive",
        "lambda.invocation.started",
        "lambda.invocation.succeeded",
        "lambda.invocation.throttled",
        "lambda.mapping.created",
        "logs.event",
        "rds.connection.closed",
        "rds.connection.opened",
        "rds.instance.created",
        "rds.statement",
        "scenario.step",
        "sqs.message.deduplicated",
        "sqs.message.expired",
        "sqs.message.moved_to_dlq",
        "sqs.message.redriven",
        "sqs.message.sent",
        "sqs.message.visible",
        "sqs.messages.deleted",
        "sqs.messages.received",
        "sqs.messages.repeated",
        "sqs.move_task.ended",
        "sqs.move_task.moved",
        "sqs.move_task.started",
        "sqs.queue.created",
        "sqs.queue.deleted",
        "sqs.queue.purged",
        "sqs.request.throttled",
    };
    return kinds;
}

}  // namespace orrery
