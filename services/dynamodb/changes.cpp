#include "services/dynamodb/changes.h"

#include "engine/world.h"

#include <utility>

namespace orrery::dynamodb {

Changes::~Changes() {
    for (const Change& change : pending_) {
        world_.loop.cancel(change.event);
    }
}

void Changes::begin(std::uint64_t table, Duration duration, Callback complete) {
    const auto change = pending_.insert(pending_.end(), {table, std::move(complete), {}});
    change->event = world_.loop.after(world_.loop.live() ? Duration(0) : duration, [this, change] {
        const Callback done = std::move(change->complete);
        pending_.erase(change);
        done();
    });
}

void Changes::drop(std::uint64_t table) {
    pending_.remove_if([&](const Change& change) {
        if (change.table != table) {
            return false;
        }
        world_.loop.cancel(change.event);
        return true;
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

}  // namespace orrery::dynamodb
