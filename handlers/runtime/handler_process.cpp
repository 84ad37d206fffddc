#include "handlers/runtime/handler_process.h"

#include "engine/ensure.h"
#include "engine/loop.h"
#include "handlers/runtime/quiescence.h"
#include "handlers/shim/page.h"

#include <arpa/inet.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <numeric>
#include <utility>

namespace orrery {

namespace {

using ErrorCode = boost::system::error_code;
using boost::asio::posix::stream_descriptor;

// The child's descriptor numbers for what the shim uses: out of the way of what a program opens.
constexpr int child_page = 900;
constexpr int child_event = 901;

// How often a process is looked at that does not report by itself.
constexpr std::chrono::microseconds first_look{500};
constexpr std::chrono::microseconds longest_wait{20'000};

// What one turn may print before we stop reading, which stops the process.
constexpr std::size_t most_output = 64U << 20;

std::uint32_t to_binary(const std::string& address) {
    in_addr binary{};
    const int understood = ::inet_pton(AF_INET, address.c_str(), &binary);
    ENSURE(understood == 1);
    return binary.s_addr;
}

/// The page shared with the shim, and its descriptor until the child has it.
class SharedPage {
public:
    SharedPage() : descriptor_(::memfd_create("orrery", MFD_CLOEXEC)) {
        ENSURE(descriptor_ >= 0 && ::ftruncate(descriptor_, sizeof(shim::Page)) == 0);
        void* mapped =
            ::mmap(nullptr, sizeof(shim::Page), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
        ENSURE(mapped != MAP_FAILED);
        page_ = static_cast<shim::Page*>(
            mapped);  // zeroes, which is what every atomic in it starts with
    }
    ~SharedPage() {
        ::munmap(page_, sizeof(shim::Page));
        ::close(descriptor_);
    }
    SharedPage(const SharedPage&) = delete;
    SharedPage& operator=(const SharedPage&) = delete;

    shim::Page* operator->() const { return page_; }
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
    shim::Page* page_ = nullptr;
};

void fill_page(shim::Page& page, const HandlerProcessOptions& options) {
    page.magic = shim::page_magic;
    page.boot = options.boot.time_since_epoch().count();
    page.seed = options.seed;
    page.source_address = to_binary(options.source_address);
    ENSURE(options.routes.size() <= shim::max_routes);
    for (const HandlerRoute& route : options.routes) {
        shim::Route& entry = page.routes[page.route_count++];
        entry.address = to_binary(route.address);
        entry.port = route.port;
        entry.real_address = to_binary(route.real.address);
        entry.real_port = route.real.port;
        ENSURE(route.host.size() < shim::max_host_name);
        std::memcpy(entry.host, route.host.data(), route.host.size());
    }
}

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
          look_(loop.io()) {
        fill_page(*page_.operator->(), options_);
    }

    void start() {
        loop_.baton().enrol(options_.source_address, *this);
        loop_.baton().deliver(*this, [this] { spawn(); });
    }

    /// After this nothing is called any more; the process is dead.
    void end() {
        if (ended_) {
            return;
        }
        ended_ = true;
        events_ = {};
        cancel_plans();
        child_.reset();
        ErrorCode ignored;
        output_.close(ignored);
        notice_.close(ignored);
        exit_.close(ignored);
        look_.cancel();
        quiet_ = nullptr;
        loop_.baton().retire(*this);
    }

    void freeze() {
        frozen_ = true;
        cancel_plans();
    }
    void thaw() {
        frozen_ = false;
        plan_wake_ups();
    }

    void begin_turn() override {
        page_->now.store(loop_.now().time_since_epoch().count());
        wakeups_before_ = page_->wakeups.load();
        expects_wakeup_ = true;
    }

    void await_quiet(Callback quiet) override {
        quiet_ = std::move(quiet);
        waited_ = {};
        look_interval_ = first_look;
        last_look_ = {};
        check();
        if (quiet_) {
            look_later();
        }
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
        wakeups_before_ = page_->wakeups.load();
        expects_wakeup_ = true;
    }

private:
    struct Plan {
        std::uint32_t wait_number = 0;
        EventId event;
    };

    /// The first delivery: from the start on, the new process computes.
    void spawn() {
        expects_wakeup_ = false;
        std::array<int, 2> pipe{};
        ENSURE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
        ::fcntl(pipe[0], F_SETFL, O_NONBLOCK);
        const int event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        ENSURE(event >= 0);
        child_ = std::make_unique<ChildProcess>(child_options(pipe[1], event));
        ::close(pipe[1]);
        output_.assign(pipe[0]);
        notice_.assign(event);
        exit_.assign(::dup(child_->exit_descriptor()));
        read_output();
        await_notice();
        await_exit();
    }

    ChildOptions child_options(int output, int event) const {
        ChildOptions child;
        child.arguments = options_.arguments;
        child.environment = options_.environment;
        child.environment.push_back("LD_PRELOAD=" + options_.shim.string());
        child.environment.push_back(std::string(shim::shim_variable) + "=" +
                                    std::to_string(child_page) + ":" + std::to_string(child_event));
        child.directory = options_.directory;
        child.descriptors = {{output, STDOUT_FILENO},
                             {output, STDERR_FILENO},
                             {page_.descriptor(), child_page},
                             {event, child_event}};
        return child;
    }

    void read_output() {
        output_.async_wait(
            stream_descriptor::wait_read, [self = shared_from_this()](const ErrorCode& error) {
                // The end of the stream is no reason to look again: the exit tells.
                if (!error && !self->ended_ && self->drain_output() == Drained::open &&
                    self->printed_.size() < most_output) {
                    self->read_output();
                }
            });
    }

    enum class Drained : std::uint8_t { open, at_end };

    Drained drain_output() {
        std::array<char, 64 * 1024> buffer{};
        while (printed_.size() < most_output) {
            const ssize_t length = ::read(output_.native_handle(), buffer.data(), buffer.size());
            if (length <= 0) {
                return length == 0 ? Drained::at_end : Drained::open;
            }
            printed_.append(buffer.data(), static_cast<std::size_t>(length));
        }
        return Drained::open;
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
                                 self->check();
                             }
                         });
    }

    // Whether the process waits for us.

    void check() {
        if (!quiet_) {
            // It ended between turns, by itself or by somebody's signal.
            if (child_ && !exit_told_ && child_->poll_exit()) {
                tell_exit();
            }
            return;
        }
        if (child_->poll_exit() ? all_connections_ended() : is_quiet()) {
            finish_turn();
        }
    }

    bool all_arrived() const {
        return writing_ == 0 && arrived_ >= page_->bytes_sent.load() &&
               connected_ >= page_->connects.load() && disconnected_ >= page_->closes.load();
    }

    /// A dead process's connections end by themselves: waiting for all of them makes their ends
    /// part of this turn.
    bool all_connections_ended() const {
        return arrived_ >= page_->bytes_sent.load() && connected_ >= page_->connects.load() &&
               disconnected_ >= connected_;
    }

    bool all_blocked() const {
        const std::uint32_t wakeups = page_->wakeups.load();
        const std::uint32_t threads = page_->threads.load();
        const bool seen =
            !expects_wakeup_ || wakeups != wakeups_before_ || next_to_run() != nullptr;
        return seen && threads > 0 && page_->blocked.load() == threads &&
               page_->wakeups.load() == wakeups;
    }

    bool is_quiet() {
        if (!all_blocked()) {
            page_->want_notice.store(1);
            if (!all_blocked()) {
                return false;
            }
        }
        if (page_->has_children.load() != 0) {
            return false;  // only looking tells: see look()
        }
        if (page_->has_threads.load() != 0 && !threads_are_quiet()) {
            page_->want_notice.store(1);
            return false;
        }
        return all_arrived();
    }

    /// Whether no thread runs and none wants to. Lets the next one go on where one wants to.
    bool threads_are_quiet() {
        // One thread may just have woken another, which does not know it yet.
        const ThreadSnapshot before = snapshot_threads(child_->id());
        if (!before.all_asleep) {
            return false;
        }
        const ThreadSnapshot after = snapshot_threads(child_->id());
        if (!after.quiet_since(before)) {
            return false;
        }
        if (shim::Slot* slot = next_to_run()) {
            let_run(*slot);
            return false;
        }
        if (after.switches.size() == 1) {
            page_->has_threads.store(
                0);  // the others have ended: no need to look so closely any more
        }
        return true;
    }

    /// The thread made first of those that want to go on, or nullptr.
    shim::Slot* next_to_run() const {
        shim::Slot* next = nullptr;
        for (std::uint32_t index = 0; index < page_->slots_used.load(); ++index) {
            shim::Slot& slot = page_->slots[index];
            if (slot.grant.load() == shim::Grant::wanted &&
                (next == nullptr || slot.number.load() < next->number.load())) {
                next = &slot;
            }
        }
        return next;
    }

    void let_run(shim::Slot& slot) {
        wakeups_before_ = page_->wakeups.load();
        expects_wakeup_ = true;
        slot.grant.store(shim::Grant::given);
        ::syscall(SYS_futex, &slot.grant, FUTEX_WAKE, 1, nullptr, nullptr, 0);
    }

    void look_later() {
        look_.expires_after(look_interval_);
        look_.async_wait([self = shared_from_this()](const ErrorCode& error) {
            if (!error && !self->ended_ && self->quiet_) {
                self->look();
            }
        });
    }

    /// For what the shim does not report: a wait it does not know, children, a delivery that woke
    /// nobody.
    void look() {
        check();
        if (!quiet_) {
            return;
        }
        waited_ += look_interval_;
        if (waited_ >= options_.patience) {
            hang();
            return;
        }
        signal_again();
        ThreadSnapshot snapshot = snapshot_threads(child_->id());
        if (!child_->poll_exit() && snapshot.quiet_since(last_look_) &&
            (all_arrived() || waited_ > 50 * first_look)) {
            if (shim::Slot* slot = next_to_run()) {
                let_run(*slot);
            } else {
                finish_turn();
                return;
            }
        }
        last_look_ = std::move(snapshot);
        look_interval_ = std::min(look_interval_ * 2, longest_wait);
        look_later();
    }

    void finish_turn() {
        look_.cancel();
        page_->want_notice.store(0);
        drain_output();
        const bool was_full = printed_.size() >= most_output;
        if (!printed_.empty() && events_.output) {
            events_.output(std::exchange(printed_, {}));
        }
        if (was_full) {
            read_output();
        }
        if (!frozen_) {
            plan_wake_ups();
        }
        const bool exited = child_->poll_exit().has_value();
        std::exchange(quiet_, nullptr)();
        if (exited && !exit_told_) {
            tell_exit();
        }
    }

    void tell_exit() {
        exit_told_ = true;
        cancel_plans();
        loop_.post([self = shared_from_this()] {
            if (!self->ended_ && self->events_.exited) {
                self->events_.exited(*self->child_->poll_exit());
            }
        });
    }

    void hang() {
        exit_told_ = true;
        child_->kill();
        drain_output();
        if (events_.output) {
            events_.output(std::exchange(printed_, {}));
        }
        std::exchange(quiet_, nullptr)();
        loop_.post([self = shared_from_this()] {
            if (!self->ended_ && self->events_.hung) {
                self->events_.hung();
            }
        });
    }

    // Sleeps and time-outs of its threads.

    void plan_wake_ups() {
        const std::uint32_t used = page_->slots_used.load();
        plans_.resize(std::max<std::size_t>(plans_.size(), used));
        // In the order of the threads' making: which slot one got is an accident.
        std::vector<std::uint32_t> slots(used);
        std::iota(slots.begin(), slots.end(), 0U);
        std::sort(slots.begin(), slots.end(), [this](std::uint32_t left, std::uint32_t right) {
            return page_->slots[left].number.load() < page_->slots[right].number.load();
        });
        for (const std::uint32_t index : slots) {
            plan_wake_up(index);
        }
    }

    void plan_wake_up(std::uint32_t index) {
        const shim::Slot& slot = page_->slots[index];
        Plan& plan = plans_[index];
        const std::uint32_t number = slot.wait_number.load();
        const bool waiting = number % 2 == 1 && slot.woken.load() == 0;
        if (waiting && plan.wait_number == number && plan.event) {
            return;
        }
        loop_.cancel(plan.event);
        plan = {};
        if (waiting) {
            plan.wait_number = number;
            plan.event = loop_.at(Instant(Duration(slot.deadline.load())), [this, index, number] {
                plans_[index].event = {};
                loop_.baton().deliver(*this, [this, index, number] { wake(index, number); });
            });
        }
    }

    void cancel_plans() {
        for (Plan& plan : plans_) {
            loop_.cancel(plan.event);
            plan = {};
        }
    }

    void wake(std::uint32_t index, std::uint32_t number) {
        shim::Slot& slot = page_->slots[index];
        if (slot.wait_number.load() != number) {
            expects_wakeup_ = false;  // it is over already
            return;
        }
        slot.woken.store(1);
        if (slot.wake_by.load() == shim::WakeBy::futex) {
            ::syscall(SYS_futex, &slot.woken, FUTEX_WAKE, 1, nullptr, nullptr, 0);
        } else {
            signal(slot);
        }
    }

    void signal(const shim::Slot& slot) {
        ::syscall(SYS_tgkill,
                  child_->id(),
                  static_cast<pid_t>(slot.thread_id.load()),
                  SIGRTMIN + shim::wake_signal_offset);
    }

    /// A signal that came in the instant before the thread entered its call was lost.
    void signal_again() {
        for (std::uint32_t index = 0; index < page_->slots_used.load(); ++index) {
            const shim::Slot& slot = page_->slots[index];
            if (slot.woken.load() == 1 && slot.wait_number.load() % 2 == 1 &&
                slot.wake_by.load() == shim::WakeBy::signal) {
                signal(slot);
            }
        }
    }

    Loop& loop_;
    HandlerProcessOptions options_;
    HandlerProcessEvents events_;
    SharedPage page_;
    std::unique_ptr<ChildProcess> child_;
    stream_descriptor output_;
    stream_descriptor notice_;
    stream_descriptor exit_;
    boost::asio::steady_timer look_;

    Callback quiet_;               // set during a turn
    bool expects_wakeup_ = false;  // this turn's delivery makes a waiting thread go on
    std::uint32_t wakeups_before_ = 0;
    std::uint64_t arrived_ = 0;
    std::uint32_t connected_ = 0;
    std::uint32_t disconnected_ = 0;
    int writing_ = 0;
    std::chrono::microseconds waited_{};
    std::chrono::microseconds look_interval_{};
    ThreadSnapshot last_look_;
    std::string printed_;
    std::vector<Plan> plans_;
    bool frozen_ = false;
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

void HandlerProcess::freeze() {
    impl_->freeze();
}
void HandlerProcess::thaw() {
    impl_->thaw();
}

}  // namespace orrery
