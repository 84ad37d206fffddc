#include "handlers/runtime/handler_process.h"

#include "engine/ensure.h"
#include "engine/error.h"
#include "engine/loop.h"
#include "handlers/runtime/handler_child.h"
#include "handlers/runtime/handler_output.h"
#include "handlers/runtime/quiescence.h"
#include "handlers/runtime/wake_plans.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace orrery {

namespace {

using ErrorCode = boost::system::error_code;
using boost::asio::posix::stream_descriptor;

// How often a process is looked at that does not report by itself.
constexpr std::chrono::microseconds first_look{500};
constexpr std::chrono::microseconds longest_wait{20'000};
// After this, bytes that the process never took, or sent past the shim, no longer matter.
constexpr std::chrono::microseconds enough_looking{25'000};
// What the process has sent, or begun to connect, does arrive, however busy the machine is, unless
// nobody takes it any more.
constexpr std::chrono::microseconds patience_with_arrivals{2'000'000};
// What the kernel says is under way does arrive, even if it is starved itself.
constexpr std::chrono::microseconds patience_with_kernel{60'000'000};

// What a program without the shim may sleep in real time; then virtual time goes on.
constexpr std::chrono::seconds longest_real_sleep{5};

// After this, a process that computes on with more memory than it may have is stopped in the middle
// of its turn. Before, only what it had by the turn's end counts: that is the same in every run.
constexpr std::chrono::microseconds patience_with_memory{200'000};

constexpr std::chrono::microseconds wait_for_outside{50'000};

}  // namespace

class HandlerProcess::Impl final : public Party,
                                   public std::enable_shared_from_this<HandlerProcess::Impl> {
public:
    Impl(Loop& loop, HandlerProcessOptions options, HandlerProcessEvents events)
        : loop_(loop),
          options_(std::move(options)),
          events_(std::move(events)),
          output_(loop.io()),
          notice_(loop.io()),
          exit_(loop.io()),
          shim_(options_.shim_settings),
          look_(loop.io()),
          plans_(loop, [this](const ShimWait& wait) { this->wake(wait); }) {}

    void start() {
        loop_.baton().enrol(options_.shim_settings.source_address, *this);
        loop_.baton().deliver(*this, [this] { spawn(); });
    }

    /// After this nothing is called any more; the process is dead.
    void end() {
        if (ended_) {
            return;
        }
        ended_ = true;
        events_ = {};
        plans_.cancel();
        if (child_ && (shim_.has_children() || options_.shim_use != ShimUse::preloaded)) {
            child_->expect_stragglers();
        }
        child_.reset();
        output_.close();
        ErrorCode ignored;
        notice_.close(ignored);
        exit_.close(ignored);
        look_.cancel();
        quiet_ = nullptr;
        loop_.baton().retire(*this);
    }

    void freeze() {
        frozen_ = true;
        plans_.cancel();
        if (options_.shim_use == ShimUse::none && child_) {
            child_->stop();  // its sleeps would go on
        }
    }
    void thaw() {
        frozen_ = false;
        if (options_.shim_use == ShimUse::none && child_) {
            child_->go_on();
        }
        plans_.update(shim_.waits());
    }

    void terminate() {
        loop_.baton().deliver(*this, [this] {
            // Whom it wakes, if anybody, only the kernel knows.
            shim_.expect_nothing();
            look_closely_ = true;
            await_sleep(child_->id());
            child_->terminate();
        });
    }

    void begin_turn() override {
        shim_.set_now(loop_.now());
        shim_.expect_wake_up();
        shim_.give_free_pass();
        own_wakes_seen_ = shim_.own_wakes();
        look_closely_ = false;
    }

    void await_quiet(Callback quiet) override {
        quiet_ = std::move(quiet);
        waited_ = {};
        look_interval_ = first_look;
        arrived_before_ = arrived_;
        last_look_ = {};
        ++turns_;
        check();
        if (quiet_ && !look_planned_) {
            look_turn_ = turns_;
            look_later();
        }
    }

    bool stirs() override {
        if (shim_.bytes_sent() > arrived_ || shim_.connections_made() > connected_) {
            return true;
        }
        if (shim_.all_blocked() && cheap_to_tell()) {
            check();
        }
        return false;
    }

    void about_to_sleep() override {
        shim_.want_notice(true);
        check();
    }

    void connected() override {
        ++connected_;
        check();
    }
    void arrived(std::size_t bytes) override {
        arrived_ += bytes;
        check();
    }
    void disconnected() override {
        ++disconnected_;
        check();
    }
    void writing(bool under_way) override {
        writing_ += under_way ? 1 : -1;
        // Only a wake-up after the last piece shows that the process has seen it.
        shim_.expect_wake_up();
    }

    void delivered(std::size_t bytes) override { delivered_ += bytes; }

    bool ran_out_of_memory() const { return out_of_memory_; }

private:
    /// The first delivery: from the start on, the new process computes.
    void spawn() {
        shim_.expect_nothing();
        std::array<int, 2> pipe{};
        ENSURE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
        ::fcntl(pipe[0], F_SETFL, O_NONBLOCK);
        const int event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        ENSURE(event >= 0);
        const int shim = ::open(options_.shim.c_str(), O_RDONLY | O_CLOEXEC);
        if (shim < 0) {
            throw UsageError("cannot read " + options_.shim.string() + ": " + std::strerror(errno));
        }
        child_ = start_handler(options_, {pipe[1], shim_.descriptor(), event, shim});
        ::close(pipe[1]);
        ::close(shim);
        output_.open(pipe[0]);
        notice_.assign(event);
        exit_.assign(::dup(child_->exit_descriptor()));
        await_notice();
        await_exit();
    }

    void await_notice() {
        notice_.async_wait(stream_descriptor::wait_read,
                           [self = shared_from_this()](const ErrorCode& error) {
                               if (error || self->ended_) {
                                   return;
                               }
                               std::uint64_t count = 0;
                               [[maybe_unused]] const ssize_t got =
                                   ::read(self->notice_.native_handle(), &count, sizeof count);
                               self->check();
                               self->await_notice();
                           });
    }

    void await_exit() {
        exit_.async_wait(stream_descriptor::wait_read,
                         [self = shared_from_this()](const ErrorCode& error) {
                             if (!error && !self->ended_) {
                                 self->exit_noticed_ = true;
                                 self->check();
                             }
                         });
    }

    // Whether the process waits for us.

    void check() {
        if (!quiet_) {
            // It ended between turns, by itself or by somebody's signal.
            if (exit_noticed_ && !exit_told_ && child_->poll_exit()) {
                tell_exit();
            }
            return;
        }
        if (!exit_noticed_ || !child_->poll_exit()) {
            if (is_quiet()) {
                finish_turn();
            }
            return;
        }
        if (!std::exchange(exit_seen_, true)) {
            child_->kill();  // what it started may hold its connections open
        }
        if (all_connections_ended()) {
            finish_turn();
        }
    }

    bool all_arrived() const {
        if (options_.shim_use == ShimUse::none) {
            const SocketTraffic traffic = socket_traffic(options_.shim_settings.source_address);
            return writing_ == 0 && !traffic.under_way && !traffic.unread && !traffic.stuck;
        }
        return writing_ == 0 && shim_.bytes_received() >= delivered_ &&
               arrived_ >= shim_.bytes_sent() && connected_ >= shim_.connections_made() &&
               disconnected_ >= shim_.connections_closed();
    }

    bool under_way_to_us() const {
        return arrived_ < shim_.bytes_sent() || connected_ < shim_.connections_made();
    }

    /// A dead process's connections end by themselves: waiting for all of them makes their ends
    /// part of this turn.
    bool all_connections_ended() const {
        return arrived_ >= shim_.bytes_sent() && connected_ >= shim_.connections_made() &&
               disconnected_ >= connected_;
    }

    bool is_quiet() {
        if (!shim_.all_blocked()) {
            return false;
        }
        if (shim_.has_children() || shim_.has_outside()) {
            return false;  // only looking tells: see look()
        }
        if (!threads_are_quiet()) {
            shim_.want_notice(true);
            return false;
        }
        return all_arrived();
    }

    /// Whether nobody needs to look into /proc to tell whether the threads wait.
    bool cheap_to_tell() const {
        return !look_closely_ && shim_.own_wakes() == own_wakes_seen_ && shim_.wake_up_noticed() &&
               shim_.knows_all_threads();
    }

    /// Whether no thread runs and none wants to. Lets the next one go on where one wants to.
    bool threads_are_quiet() {
        const std::uint32_t own_wakes = shim_.own_wakes();
        if (cheap_to_tell()) {
            if (shim_.somebody_wants_to_run()) {
                shim_.let_next_run();
                return false;
            }
            return true;
        }
        // One thread may just have woken another, which does not know it yet.
        const ThreadSnapshot before = snapshot_threads(child_->id());
        if (!before.all_asleep) {
            return false;
        }
        const ThreadSnapshot after = snapshot_threads(child_->id());
        if (!after.quiet_since(before) || child_->poll_exit()) {
            return false;
        }
        own_wakes_seen_ = own_wakes;
        look_closely_ = false;
        if (shim_.somebody_wants_to_run()) {
            shim_.let_next_run();
            return false;
        }
        if (after.switches.size() == 1) {
            shim_.forget_threads();  // no need to look so closely any more
        }
        return true;
    }

    void look_later() {
        look_planned_ = true;
        look_.expires_after(look_interval_);
        look_.async_wait([self = shared_from_this()](const ErrorCode& error) {
            if (!error && !self->ended_) {
                self->look_planned_ = false;
                self->look_if_still();
            }
        });
    }

    /// To set the timer anew for each turn would cost more than most turns: it rings once in a
    /// while, and a turn that began after it was set gets its time.
    void look_if_still() {
        if (!quiet_) {
            return;
        }
        if (std::exchange(look_turn_, turns_) == turns_) {
            look();
        } else {
            look_later();
        }
    }

    /// For what the shim does not report: a wait it does not know, children, a delivery that woke
    /// nobody.
    void look() {
        exit_noticed_ = exit_noticed_ || child_->poll_exit();
        check();
        if (!quiet_) {
            return;
        }
        if (waited_ == waited_.zero()) {
            computed_before_ = processor_time(child_->id());
        }
        waited_ += look_interval_;
        stop_if_growing_on();
        if (output_.full()) {
            // It waits for us to read on: that is no end of its turn.
            hand_over_output();
        } else if (lost_patience() && !shim_.awaits_outside()) {
            if (!stop_endless_children()) {
                hang();
            }
        } else {
            shim_.wake_again();
            ThreadSnapshot snapshot = snapshot_threads(child_->id());
            const bool settled = !child_->poll_exit() && all_arrived();
            if (snapshot.quiet_since(last_look_) && (settled || nothing_more_arrives())) {
                let_run_or_finish();
            }
            last_look_ = std::move(snapshot);
            look_interval_ = std::min(look_interval_ * 2, longest_wait);
        }
        if (quiet_) {
            look_later();
        }
    }

    /// On a busy machine a process may wait for a processor for most of its turn.
    bool lost_patience() const {
        constexpr int busy_machine = 10;
        return waited_ >= options_.patience &&
               (processor_time(child_->id()) - computed_before_ >= options_.patience ||
                waited_ >= busy_machine * options_.patience);
    }

    /// Whether there is no use in waiting for what is missing. A busy machine may take long to
    /// bring across what the kernel has already.
    bool nothing_more_arrives() const {
        if (waited_ <= enough_looking) {
            return false;
        }
        if (socket_traffic(options_.shim_settings.source_address).under_way) {
            return waited_ > patience_with_kernel;
        }
        return !under_way_to_us() || waited_ > patience_with_arrivals;
    }

    void let_run_or_finish() {
        if (waits_for_outside()) {
            return;
        }
        if (shim_.somebody_wants_to_run()) {
            shim_.let_next_run();
        } else if (!waits_for_children()) {
            finish_turn();
        }
    }

    /// On Lambda a child that still computes when the invocation is over is frozen. Where the
    /// process itself waits, but not for it, it is stopped for good: it would compute for as long
    /// in every turn that follows.
    bool stop_endless_children() {
        const bool waits =
            shim_.all_blocked() && (arrived_ != arrived_before_ || shim_.somebody_wants_to_run());
        if (!shim_.has_children() || !waits || !stop_computing_descendants(child_->id())) {
            return false;
        }
        spdlog::warn("a process that {} started computes without end: it is stopped",
                     options_.arguments.front());
        waited_ = {};
        return true;
    }

    /// Children live on the real clock. A process that has asked nothing of us in this turn, and
    /// waits for no deadline, can only be waiting for one.
    bool waits_for_children() const {
        if (options_.shim_use == ShimUse::none) {
            // So does, on the real clock, what has no shim: for children and for its own sleeps.
            return !hung_ && !frozen_ && !child_->poll_exit() && arrived_ == arrived_before_ &&
                   waited_ < longest_real_sleep;
        }
        return shim_.has_children() && !hung_ && !child_->poll_exit() &&
               has_descendants(child_->id()) && arrived_ == arrived_before_ &&
               shim_.waits().empty();
    }

    /// What is outside the simulated world lives on the real clock, too. Of what it sends nobody
    /// knows when it is all: the process gets a while for more. Without any answer it has the same
    /// patience as for a program that computes, and the program's own time-outs come after it.
    bool waits_for_outside() const {
        return shim_.has_outside() && !hung_ && !child_->poll_exit() &&
               (waited_ < wait_for_outside ||
                (shim_.awaits_outside() && waited_ < options_.patience));
    }

    void finish_turn() {
        if (look_interval_ != first_look) {
            look_.cancel();
            look_planned_ = false;
        }
        if (shim_.has_children()) {
            shim_.forget_dead_children(child_->id());
            if (!has_descendants(child_->id())) {
                shim_.forget_children();
            }
        }
        if (exceeded_memory() && !child_->poll_exit()) {
            out_of_memory_ = true;
            child_->kill();
            child_->await_exit();
            exit_noticed_ = true;
        }
        shim_.end_turn();
        output_.drain();
        hand_over_output();
        if (!frozen_) {
            plans_.update(shim_.waits());
        }
        const bool exited = exit_noticed_ && child_->poll_exit();
        std::exchange(quiet_, nullptr)();
        if (exited && !exit_told_) {
            tell_exit();
        }
    }

    /// Whether it ever had more than it may have.
    bool exceeded_memory() const {
        if (options_.memory_limit_bytes == 0) {
            return false;
        }
        if (options_.shim_use == ShimUse::preloaded) {
            if (const auto exceeded = shim_.exceeded(options_.memory_limit_bytes)) {
                return *exceeded;
            }
        }
        return memory_use(child_->id()).peak > options_.memory_limit_bytes;
    }

    void stop_if_growing_on() {
        if (options_.memory_limit_bytes > 0 && waited_ > patience_with_memory &&
            memory_use(child_->id()).now > options_.memory_limit_bytes) {
            out_of_memory_ = true;
            child_->kill();
        }
    }

    /// Nothing of a turn that took too much memory: how far it got depends on when we looked.
    void hand_over_output() {
        const std::string printed = output_.take();
        if (!printed.empty() && !out_of_memory_ && events_.output) {
            events_.output(printed);
        }
    }

    void tell_exit() {
        exit_told_ = true;
        plans_.cancel();
        loop_.post([self = shared_from_this()] {
            if (self->ended_) {
                return;
            }
            if (self->hung_ && self->events_.hung) {
                self->events_.hung();
            } else if (!self->hung_ && self->events_.exited) {
                self->events_.exited(*self->child_->poll_exit());
            }
        });
    }

    /// Its turn ends like that of any process that is gone: when its connections have ended.
    void hang() {
        hung_ = true;
        waited_ = {};
        child_->kill();
    }

    void wake(const ShimWait& wait) {
        loop_.baton().deliver(*this, [this, wait] {
            if (!shim_.wake(wait)) {
                shim_.expect_nothing();
            }
        });
    }

    Loop& loop_;
    HandlerProcessOptions options_;
    HandlerProcessEvents events_;
    std::unique_ptr<ChildProcess> child_;
    HandlerOutput output_;
    stream_descriptor notice_;
    stream_descriptor exit_;
    ShimLink shim_;
    boost::asio::steady_timer look_;

    Callback quiet_;  // set during a turn
    std::uint64_t arrived_ = 0;
    std::uint64_t arrived_before_ = 0;  // this turn
    std::uint64_t delivered_ = 0;
    std::uint32_t connected_ = 0;
    std::uint32_t disconnected_ = 0;
    int writing_ = 0;
    std::chrono::microseconds waited_{};
    std::chrono::milliseconds computed_before_{};  // at the turn's first look
    std::chrono::microseconds look_interval_{};
    ThreadSnapshot last_look_;
    std::uint32_t own_wakes_seen_ = 0;  // at a moment of this turn when all threads waited
    bool look_closely_ = false;         // this turn woke somebody behind the shim's back
    WakePlans plans_;
    unsigned turns_ = 0;
    unsigned look_turn_ = 0;  // the turn for which look_ was set
    bool look_planned_ = false;
    bool exit_noticed_ = false;
    bool frozen_ = false;
    bool hung_ = false;
    bool out_of_memory_ = false;
    bool exit_seen_ = false;
    bool exit_told_ = false;
    bool ended_ = false;
};

HandlerProcess::HandlerProcess(Loop& loop,
                               HandlerProcessOptions options,
                               HandlerProcessEvents events)
    : impl_(std::make_shared<Impl>(loop, std::move(options), std::move(events))) {
    impl_->start();
}

HandlerProcess::~HandlerProcess() {
    impl_->end();
}

bool HandlerProcess::ran_out_of_memory() const {
    return impl_->ran_out_of_memory();
}
void HandlerProcess::freeze() {
    impl_->freeze();
}
void HandlerProcess::thaw() {
    impl_->thaw();
}
void HandlerProcess::terminate() {
    impl_->terminate();
}

}  // namespace orrery
