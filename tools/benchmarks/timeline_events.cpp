#include "engine/loop.h"
#include "engine/random.h"
#include "engine/world.h"
#include "tools/benchmarks/benchmark.h"

namespace orrery::benchmarks {

namespace {

constexpr std::uint64_t events = 4'000'000;
constexpr std::uint64_t waiting = 1000;

/// A thousand things wait at any time; each, when its time comes, waits again for a random while.
struct Waiters {
    Loop loop{default_start};
    RandomStream random{1};
    std::uint64_t left = events;

    void wait_again() {
        if (left == 0) {
            return;
        }
        --left;
        const auto nanoseconds = static_cast<std::int64_t>(random.below(1'000'000'000));
        loop.after(Duration(nanoseconds), [this] { wait_again(); });
    }
};

double measure() {
    Waiters waiters;
    for (std::uint64_t i = 0; i < waiting; ++i) {
        waiters.wait_again();
    }
    const double seconds = seconds_of([&] { waiters.loop.run_until_idle(Instant::max()); });
    return static_cast<double>(events) / seconds;
}

}  // namespace

Benchmark timeline_events() {
    return {"timeline events, 1000 waiting",
            "events/s",
            Better::higher,
            5e6,
            "the timeline's heap",
            measure};
}

}  // namespace orrery::benchmarks
