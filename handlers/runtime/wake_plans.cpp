#include "handlers/runtime/wake_plans.h"

#include "engine/loop.h"

#include <algorithm>
#include <utility>

namespace orrery {

WakePlans::WakePlans(Loop& loop, std::function<void(const ShimWait&)> wake)
    : loop_(loop), wake_(std::move(wake)) {}

WakePlans::~WakePlans() {
    cancel();
}

void WakePlans::update(const std::vector<ShimWait>& waits) {
    std::vector<Plan> plans;
    for (const ShimWait& wait : waits) {
        const auto planned = std::find_if(plans_.begin(), plans_.end(), [&](const Plan& plan) {
            return plan.wait.slot == wait.slot && plan.wait.number == wait.number;
        });
        if (planned != plans_.end()) {
            plans.push_back(std::exchange(*planned, {}));
        } else {
            plans.push_back({wait, loop_.at(wait.deadline, [this, wait] { wake_(wait); })});
        }
    }
    cancel();  // of waits that are over
    plans_ = std::move(plans);
}

void WakePlans::cancel() {
    for (const Plan& plan : plans_) {
        loop_.cancel(plan.event);
    }
    plans_.clear();
}

}  // namespace orrery
