/// The engine's end of the page that it shares with a process's shim: what the process's threads
/// do, and how to wake them.
#pragma once

#include "engine/net/tcp_server.h"
#include "engine/time.h"
#include "handlers/shim/page.h"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace orrery {

/// A place of the simulated world that a handler may connect to. The first one whose host fits
/// counts; one without a port says that there is no such host.
struct HandlerRoute {
    std::string host;     // the name that leads there, ".x" for all that end so; empty if only the
                          // address does
    std::string address;  // what the handler sees: numeric IPv4
    std::uint16_t port = 0;
    Endpoint real;  // where the engine listens
};

/// A place outside the simulated world that a handler may reach all the same, in real time.
struct AllowedPlace {
    std::string host;        // a name, ".x" for all that end so, or a numeric address
    std::uint16_t port = 0;  // 0: any
};

/// What a process finds in its page from the start.
struct ShimSettings {
    std::string source_address;         // the loopback address that its connections come from
    std::vector<HandlerRoute> routes;   // at most shim::max_routes
    std::vector<AllowedPlace> allowed;  // at most shim::max_allowed
    std::uint64_t seed = 0;             // of its random bytes
    Instant boot;                       // where its monotonic clock starts
    int control_descriptor = 0;         // its own, if it is a prepared parent
};

/// A thread's wait with a deadline.
struct ShimWait {
    std::uint32_t slot = 0;
    std::uint32_t number = 0;  // tells one wait in the slot from the next
    Instant deadline;
};

class ShimLink {
public:
    explicit ShimLink(const ShimSettings& settings);
    ~ShimLink();
    ShimLink(const ShimLink&) = delete;
    ShimLink& operator=(const ShimLink&) = delete;

    /// The memory to hand to the process.
    int descriptor() const { return descriptor_; }
    void set_now(Instant now);

    /// Something was delivered: the process is blocked again only after a thread has noticed.
    void expect_wake_up();
    /// What was delivered wakes nobody.
    void expect_nothing() {
        expects_wake_up_ = false;
        page_->free_pass.store(0);
    }
    /// Whether every thread waits, as far as the shim knows. In a process with threads or children
    /// that is not all.
    bool all_blocked() const;
    /// Asks the shim to say when all_blocked() becomes true. Ask again afterwards: it may have
    /// become so meanwhile.
    void want_notice(bool wanted) { page_->want_notice.store(wanted ? 1 : 0); }

    bool has_threads() const { return page_->has_threads.load() != 0; }
    /// Counts what the process did that may have ended a wait of its own threads. While that has
    /// not grown since a moment when all waited, only we can have woken one: the other counts are
    /// the truth, and nobody needs to look.
    std::uint32_t own_wakes() const { return page_->own_wakes.load(); }
    /// Whether a thread has gone on since expect_wake_up(): the one that we woke.
    bool wake_up_noticed() const {
        return !expects_wake_up_ || page_->wakeups.load() != wakeups_before_;
    }
    /// Whether the threads that wait are few enough for all of them to be told apart.
    bool knows_all_threads() const { return page_->threads.load() <= shim::max_slots; }
    /// The thread that the next delivery wakes goes on without asking. Withdrawn by end_turn().
    void give_free_pass() { page_->free_pass.store(has_threads() ? 1 : 0); }
    void end_turn() {
        want_notice(false);
        page_->free_pass.store(0);
    }

    bool has_children() const { return page_->has_children.load() != 0; }
    /// No process that it started lives any more.
    void forget_children() { page_->has_children.store(0); }
    /// Ends the waits of processes that are gone; `process` is the one that the engine started.
    void forget_dead_children(pid_t process);
    /// Connections out of the simulated world are open; an answer is awaited on one.
    bool has_outside() const { return page_->outside_open.load() != 0 || awaits_outside(); }
    bool awaits_outside() const { return page_->outside_awaited.load() != 0; }
    /// All threads but one have ended.
    void forget_threads() { page_->has_threads.store(0); }

    /// Whether a thread's wait is over, so that it wants to go on.
    bool somebody_wants_to_run() const { return next_to_run() != nullptr; }
    /// Lets the one that was made first go on.
    void let_next_run();

    /// The waits with a deadline, in the order in which their threads were made.
    std::vector<ShimWait> waits() const;
    /// Ends a wait. False if it is over already.
    bool wake(const ShimWait& wait);
    /// For signals that came in the instant before their thread entered its call, and were lost.
    void wake_again();

    /// Whether more than `bytes` were resident at once, as of the process's last wait. Nothing:
    /// what it was before it began had as many, so it cannot tell.
    std::optional<bool> exceeded(std::int64_t bytes) const;

    std::uint64_t bytes_received() const { return page_->bytes_received.load(); }
    std::uint64_t bytes_sent() const { return page_->bytes_sent.load(); }
    std::uint32_t connections_made() const { return page_->connects.load(); }
    std::uint32_t connections_closed() const { return page_->closes.load(); }

private:
    shim::Slot* next_to_run() const;

    int descriptor_;
    shim::Page* page_ = nullptr;
    bool expects_wake_up_ = false;
    std::uint32_t wakeups_before_ = 0;
};

}  // namespace orrery
