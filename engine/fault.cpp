#include "engine/fault.h"

#include "engine/ensure.h"
#include "engine/trace.h"

#include <algorithm>

namespace orrery {

const std::vector<FaultPoint>& Faults::points() {
    static const std::vector<FaultPoint> all{
        {"dynamodb.conflict",
         "an item counts as one that a transaction is under way for",
         {"table", "action"}},
        {"dynamodb.internal_error",
         "a request is answered with InternalServerError and has no effect",
         {"table", "action"}},
        {"dynamodb.latency", "a request is answered one second late", {"table", "action"}},
        {"dynamodb.stream.delay",
         "a change becomes readable in the table's stream one second late",
         {"table"}},
        {"dynamodb.throttle",
         "a request finds no capacity left; of a batch, all items of the table are unprocessed",
         {"table", "action"}},
        {"kinesis.get_records.throttled",
         "a read of a shard is refused, as if its limits were exceeded",
         {"stream", "shard"}},
        {"kinesis.iterator.expired", "a shard iterator counts as expired", {"stream"}},
        {"kinesis.put.throttled",
         "a record is refused, as if its shard's limits were exceeded",
         {"stream", "shard", "action"}},
        {"kinesis.records.duplicate",
         "what was read from a shard is read again next time",
         {"stream", "shard"}},
        {"lambda.crash",
         "the function's process ends in the middle of an invocation",
         {"function"}},
        {"lambda.mapping.duplicate_batch",
         "a batch of stream records that the function has processed is delivered to it again",
         {"function", "shard"}},
        {"sqs.deliver.delay",
         "a sent message becomes visible one second later than it should",
         {"queue"}},
        {"sqs.deliver.duplicate",
         "a received message stays visible, so that it is delivered again",
         {"queue"}},
        {"sqs.deliver.out_of_order",
         "of a standard queue's messages the one after the first is delivered before it",
         {"queue"}},
        {"sqs.receive.empty", "a short poll finds nothing although there are messages", {"queue"}},
        {"sqs.throttle", "a request is answered with RequestThrottled", {"queue", "action"}},
    };
    return all;
}

void Faults::add(FaultRule rule) {
    const auto point =
        std::find_if(points().begin(), points().end(), [&](const FaultPoint& candidate) {
            return candidate.name == rule.point;
        });
    ENSURE(point != points().end());
    for (const auto& [selector, value] : rule.where) {
        ENSURE(std::find(point->selectors.begin(), point->selectors.end(), selector) !=
               point->selectors.end());
    }
    // A stream for each rule: adding one does not shift another's draws.
    RandomStream stream =
        random_.stream("fault/" + std::to_string(rules_.size()) + "/" + rule.point);
    rules_.push_back({std::move(rule), stream});
}

bool Faults::evaluate(std::string_view point, Attributes attributes) {
    bool fired = false;
    for (Active& active : rules_) {
        const FaultRule& rule = active.rule;
        if (rule.point != point) {
            continue;
        }
        const bool selected =
            std::all_of(rule.where.begin(), rule.where.end(), [&](const auto& wanted) {
                return std::any_of(
                    attributes.begin(), attributes.end(), [&](const auto& attribute) {
                        return attribute.first == wanted.first && attribute.second == wanted.second;
                    });
            });
        if (!selected) {
            continue;
        }
        ++active.seen;
        const auto& wanted = rule.occurrences;
        if (!wanted.empty() &&
            std::find(wanted.begin(), wanted.end(), active.seen) == wanted.end()) {
            continue;
        }
        // Drawn for each admitted occurrence, whether or not another rule fired already.
        fired = active.stream.chance(rule.parts_per_million) || fired;
    }
    if (fired) {
        std::vector<std::string> selected;
        for (const auto& [name, value] : attributes) {
            selected.push_back(std::string(name) + "=" + std::string(value));
        }
        trace_.record("faults", "fault.fired", {{"point", point}, {"where", selected}});
    }
    return fired;
}

}  // namespace orrery
