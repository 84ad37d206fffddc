// What a message costs in a queue that grows: time and memory, in process.

#include "engine/world.h"
#include "services/sqs/queue.h"
#include "tools/benchmarks/benchmark.h"

#include <malloc.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <string>

namespace orrery::benchmarks {

namespace {

constexpr std::size_t body_bytes = 100;

/// A queue of its own with `messages` in it; of a FIFO queue each tenth message is of one group.
struct FilledQueue {
    FilledQueue(std::size_t messages, bool fifo) : queue(world, identity(), settings(fifo), {}) {
        world.trace.keep_events(false);
        for (std::size_t number = 0; number < messages; ++number) {
            send();
        }
    }

    static sqs::QueueIdentity identity() {
        return {"Orders", "arn:aws:sqs:us-east-1:000000000000:Orders", "us-east-1", "", 1, ""};
    }

    static sqs::QueueSettings settings(bool fifo) {
        sqs::QueueSettings settings;
        settings.fifo = fifo;
        return settings;
    }

    void send() {
        sqs::NewMessage message;
        message.body.assign(body_bytes, 'x');
        if (queue.settings().fifo) {
            message.group_id = "group" + std::to_string(sent / 10);
            message.deduplication_id = std::to_string(sent);
        }
        ++sent;
        queue.send(std::move(message));
    }

    World world;
    sqs::Queue queue;
    std::size_t sent = 0;
};

/// Cycles of receive, delete and send, so that the queue stays as long as it is.
double nanoseconds_a_cycle(std::size_t messages, bool fifo) {
    constexpr int cycles = 100'000;
    FilledQueue filled(messages, fifo);
    const double seconds = seconds_of([&] {
        for (int count = 0; count < cycles; ++count) {
            const auto receipts = filled.queue.receive({1, {}, "", "", nullptr});
            if (filled.queue.remove({receipts.at(0).handle}) != 1) {
                throw std::runtime_error("a message was not deleted");
            }
            filled.send();
        }
    });
    return seconds / cycles * 1e9;
}

std::size_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t all = 0;
    std::size_t resident = 0;
    if (!(statm >> all >> resident)) {
        throw std::runtime_error("cannot read /proc/self/statm");
    }
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

double bytes_a_message() {
    constexpr std::size_t messages = 1'000'000;
    malloc_trim(0);
    const std::size_t before = resident_bytes();
    const FilledQueue filled(messages, false);
    return static_cast<double>(resident_bytes() - before) / static_cast<double>(messages);
}

Benchmark cycle(std::size_t messages, bool fifo, double target) {
    return {std::string("SQS receive, delete, send in a ") + (fifo ? "FIFO " : "") + "queue of " +
                std::to_string(messages),
            "ns",
            Better::lower,
            target,
            fifo ? "the deduplication history's tree" : "the trace's hash, the memory's latency",
            [messages, fifo] { return nanoseconds_a_cycle(messages, fifo); }};
}

}  // namespace

Benchmark sqs_queue_of_1_thousand() {
    return cycle(1'000, false, 4'000);
}

Benchmark sqs_queue_of_10_thousand() {
    return cycle(10'000, false, 4'000);
}

Benchmark sqs_queue_of_100_thousand() {
    return cycle(100'000, false, 4'000);
}

Benchmark sqs_queue_of_1_million() {
    return cycle(1'000'000, false, 4'000);
}

Benchmark sqs_fifo_queue_of_1_thousand() {
    return cycle(1'000, true, 10'000);
}

Benchmark sqs_fifo_queue_of_1_million() {
    return cycle(1'000'000, true, 10'000);
}

Benchmark sqs_message_memory() {
    return {"SQS memory of a message with a body of 100 bytes, 1,000,000 in a queue",
            "bytes",
            Better::lower,
            600,
            "the body, its slot, its places in two lists",
            bytes_a_message};
}

}  // namespace orrery::benchmarks
