#include "services/kinesis/changes.h"

#include "engine/world.h"

#include <utility>

namespace orrery::kinesis {

Changes::~Changes() {
    for (const Change& change : pending_) {
        world_.loop.cancel(change.event);
    }
}

void Changes::begin(Duration duration, Callback complete) {
    const auto change = pending_.insert(pending_.end(), {std::move(complete), {}});
    change->event = world_.loop.after(world_.loop.live() ? Duration(0) : duration, [this, change] {
        const Callback done = std::move(change->complete);
        pending_.erase(change);
        done();
    });
}

void Changes::finish() {
    while (!pending_.empty()) {
        const Change change = std::move(pending_.front());
        pending_.pop_front();
        world_.loop.cancel(change.event);
        change.complete();
    }
}

}  // namespace orrery::kinesis
