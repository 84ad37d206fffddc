#include "scenarios/language/driver.h"

#include "engine/loop.h"

#include <algorithm>

namespace orrery {

void Driver::interrupt() {
    interrupted_ = true;
    loop_.stop();
}

Instant Driver::limited(Instant instant) const {
    return end_ ? std::min(instant, *end_) : instant;
}

void Driver::note(Halt halt, Instant limit) {
    over_ = over_ || (halt == Halt::limit && end_ && limit == *end_);
    interrupted_ = interrupted_ || halt == Halt::stopped;
}

void Driver::run_to(Instant instant) {
    const Instant limit = limited(instant);
    const Halt halt = loop_.run_until(limit);
    interrupted_ = interrupted_ || halt == Halt::stopped;
    over_ = over_ || limit < instant;
}

bool Driver::run_until_idle() {
    const Instant limit = limited(loop_.now() + longest_wait);
    const Halt halt = loop_.run_until_idle(limit);
    note(halt, limit);
    return halt == Halt::idle;
}

bool Driver::run_until(const std::function<bool()>& done) {
    const Instant limit = limited(loop_.now() + longest_wait);
    while (!done() && !interrupted_) {
        nudged_ = false;
        waiting_ = true;
        const Halt halt = loop_.run_until(limit);
        waiting_ = false;
        if (!nudged_) {
            note(halt, limit);
            break;
        }
        if (!interrupted_) {
            loop_.clear_stop();
        }
    }
    return done();
}

void Driver::nudge() {
    if (waiting_) {
        nudged_ = true;
        loop_.stop();
    }
}

}  // namespace orrery
