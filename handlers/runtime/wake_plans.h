/// The events at which a process's waits are over: one for each wait with a deadline.
#pragma once

#include "engine/timeline.h"
#include "handlers/runtime/shim_link.h"

#include <functional>
#include <vector>

namespace orrery {

class Loop;

class WakePlans {
public:
    /// `wake` is called when a wait's deadline has come.
    WakePlans(Loop& loop, std::function<void(const ShimWait&)> wake);
    ~WakePlans();
    WakePlans(const WakePlans&) = delete;
    WakePlans& operator=(const WakePlans&) = delete;

    /// Waits that are still under way keep their place among the events of their instant.
    void update(const std::vector<ShimWait>& waits);
    void cancel();

private:
    struct Plan {
        ShimWait wait;
        EventId event;
    };

    Loop& loop_;
    std::function<void(const ShimWait&)> wake_;
    std::vector<Plan> plans_;
};

}  // namespace orrery
