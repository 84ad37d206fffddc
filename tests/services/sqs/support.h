/// What the SQS tests share: a queue with a hand-driven clock, and short ways to read a trace.
#pragma once

#include "engine/world.h"
#include "services/sqs/queue.h"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace orrery::sqs {

using namespace std::chrono_literals;

/// Queues by name in a world of their own, each with its settings.
class Bench {
public:
    World world;

    Queue& queue(const std::string& name, QueueSettings settings = {}) {
        const std::string arn = "arn:aws:sqs:us-east-1:000000000000:" + name;
        QueueIdentity identity{name, arn, "us-east-1", "AIDALOCAL000000000000", 1};
        auto& place = queues_[arn];
        place = std::make_unique<Queue>(world, identity, settings, [this](std::string_view wanted) {
            const auto found = queues_.find(wanted);
            return found == queues_.end() ? nullptr : found->second.get();
        });
        return *place;
    }

    void run_to(Duration since_start) { world.loop.run_until(world.loop.start() + since_start); }
    Duration elapsed() const { return world.loop.now() - world.loop.start(); }
    /// Runs until only background events are left and returns when that was.
    Duration idle_at() {
        world.loop.run_until_idle(world.loop.start() + 1000h);
        return elapsed();
    }

    /// When events of `kind` happened.
    std::vector<Duration> times(std::string_view kind) const {
        std::vector<Duration> all;
        for (std::uint64_t index = 0; index < world.trace.size(); ++index) {
            if (world.trace[index].kind == kind) {
                all.push_back(world.trace[index].at - world.loop.start());
            }
        }
        return all;
    }

private:
    std::map<std::string, std::unique_ptr<Queue>, std::less<>> queues_;
};

inline NewMessage body(std::string text) {
    NewMessage message;
    message.body = std::move(text);
    return message;
}

inline NewMessage delayed(std::string text, Duration delay) {
    NewMessage message = body(std::move(text));
    message.delay = delay;
    return message;
}

inline QueueSettings fifo_settings() {
    QueueSettings settings;
    settings.fifo = true;
    return settings;
}

/// A message for a FIFO queue, with its text as deduplication id unless another is given.
inline NewMessage of_group(const std::string& group, std::string text, std::string id = "") {
    NewMessage message = body(std::move(text));
    message.group_id = group;
    message.deduplication_id = id.empty() ? message.body : std::move(id);
    return message;
}

inline ReceiveRequest up_to(std::size_t max, std::optional<Duration> visibility = std::nullopt) {
    return {max, visibility, "", "", nullptr};
}

/// A long or short poll's answer, and when it came.
struct Answer {
    int count = 0;
    Duration at{-1};
    std::vector<std::string> got;
};

inline std::vector<std::string> bodies(const std::vector<Receipt>& receipts) {
    std::vector<std::string> all;
    for (const Receipt& receipt : receipts) {
        all.push_back(receipt.message->body);
    }
    return all;
}

inline Queue::PollAnswer into(Answer& answer, Bench& bench) {
    return [&answer, &bench](const std::vector<Receipt>& receipts) {
        ++answer.count;
        answer.at = bench.elapsed();
        answer.got = bodies(receipts);
    };
}

/// A rule that strikes at `occurrences`, or always.
inline FaultRule fault(std::string point, std::vector<std::uint64_t> occurrences = {}) {
    FaultRule rule;
    rule.point = std::move(point);
    rule.where = {{"queue", "Orders"}};
    rule.occurrences = std::move(occurrences);
    return rule;
}

using Bodies = std::vector<std::string>;
using Times = std::vector<Duration>;

}  // namespace orrery::sqs
