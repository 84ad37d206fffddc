#include "handlers/runtime/quiescence.h"

#include <catch2/catch.hpp>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

using namespace orrery;

namespace {

/// A process of the test's, which dies with it.
class Other {
public:
    explicit Other(const std::function<void()>& run) : process_(::fork()) {
        if (process_ == 0) {
            ::setpgid(0, 0);
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            run();
            ::_exit(0);
        }
        ::setpgid(process_, process_);
    }
    ~Other() {
        ::kill(-process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    Other(const Other&) = delete;
    Other& operator=(const Other&) = delete;

    pid_t id() const { return process_; }

private:
    pid_t process_;
};

void await_sleep(const Other& other) {
    ThreadSnapshot before = snapshot_threads(other.id());
    for (ThreadSnapshot now = before;; before = now) {
        ::sched_yield();
        now = snapshot_threads(other.id());
        if (now.quiet_since(before)) {
            return;
        }
    }
}

}  // namespace

TEST_CASE("quiescence: a process and its child that wait are asleep, and stay so") {
    const Other other([] {
        if (::fork() == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        }
        ::pause();
    });
    while (!has_descendants(other.id())) {
        ::sched_yield();
    }
    await_sleep(other);
    const ThreadSnapshot before = snapshot_threads(other.id());
    CHECK(before.switches.size() == 2);
    CHECK(snapshot_threads(other.id()).quiet_since(before));
}

TEST_CASE("quiescence: a thread that is only about to sleep is not asleep") {
    // The kernel marks a thread as sleeping before it looks for what it waits for. Here it looks
    // through many children, and finds each time that it need not sleep.
    const Other other([] {
        constexpr int children = 64;
        for (int child = 0; child < children; ++child) {
            if (::fork() == 0) {
                ::prctl(PR_SET_PDEATHSIG, SIGKILL);
                ::pause();
            }
        }
        while (::waitpid(-1, nullptr, WNOHANG) == 0) {
        }
    });
    while (!has_descendants(other.id())) {
        ::sched_yield();
    }
    constexpr int looks = 500;
    int asleep = 0;
    for (int look = 0; look < looks; ++look) {
        asleep += snapshot_threads(other.id()).all_asleep ? 1 : 0;
    }
    CHECK(asleep == 0);
}
