#include "handlers/shim/wait.h"

#include "handlers/shim/children.h"
#include "handlers/shim/timers.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>

namespace orrery::shim {

Page* page = nullptr;
__thread pthread_cond_t* waited_condition = nullptr;

namespace {

int event = -1;
std::atomic<std::uint64_t> bytes_at_last_notice{0};
std::atomic<std::uint32_t> childs_threads{0};
__thread Slot* own_slot = nullptr;
__thread std::uint64_t own_number = 0;
__thread unsigned clock_readings = 0;
__thread std::int64_t spin_step = 0;
__thread bool signalled_by_us = false;

constexpr unsigned readings_before_time_passes = 5000;
constexpr std::int64_t first_spin_step = 1'000'000;      // 1 ms
constexpr std::int64_t longest_spin_step = 100'000'000;  // 100 ms

std::uint32_t thread_id() {
    return static_cast<std::uint32_t>(::syscall(SYS_gettid));
}

/// Not our own syscall(), which would count the wait.
template <typename... Arguments>
long futex(Arguments... arguments) {
    static auto* next = real(&::syscall, "syscall");
    return next(SYS_futex, arguments...);
}

std::uint32_t process_id() {
    return static_cast<std::uint32_t>(::syscall(SYS_getpid));
}

void notify() {
    const std::uint64_t one = 1;
    // The raw call: our own write() would count it.
    ::syscall(SYS_write, event, &one, sizeof one);
}

/// The engine hears of the sent bytes by their arrival; it must be told only if nothing was sent,
/// or it asks.
void notice_if_all_wait(bool certainly) {
    if (page->blocked.load() != page->threads.load()) {
        return;
    }
    const std::uint64_t sent = page->bytes_sent.load();
    const bool silent = bytes_at_last_notice.exchange(sent) == sent;
    const bool wanted = page->want_notice.exchange(0) != 0;
    if (certainly || silent || wanted) {
        notify();
    }
}

std::uint64_t peak_kilobytes() {
    rusage usage{};
    ::syscall(SYS_getrusage, RUSAGE_SELF, &usage);  // our own getrusage() shows virtual times
    return static_cast<std::uint64_t>(usage.ru_maxrss);
}

void block(bool certainly) {
    if (is_child()) {
        return;
    }
    page->peak_kilobytes.store(peak_kilobytes(), std::memory_order_relaxed);
    page->blocked.fetch_add(1);
    notice_if_all_wait(certainly);
}

Slot* claim_slot() {
    if (own_slot == nullptr) {
        for (std::uint32_t index = 0; index < max_slots; ++index) {
            std::uint32_t free = 0;
            if (page->slots[index].thread_id.compare_exchange_strong(free, thread_id())) {
                own_slot = &page->slots[index];
                own_slot->number.store(own_number);
                own_slot->process.store(process_id());
                std::uint32_t used = page->slots_used.load();
                while (used <= index && !page->slots_used.compare_exchange_weak(used, index + 1)) {
                }
                break;
            }
        }
    }
    return own_slot;
}

/// Waits until it is this thread's turn. It still counts as blocked.
void ask_for_turn(Slot& slot) {
    slot.grant.store(Grant::wanted);
    notice_if_all_wait(true);
    while (slot.grant.load() == Grant::wanted) {
        futex(&slot.grant, FUTEX_WAIT, Grant::wanted, nullptr, nullptr, 0);
    }
    slot.grant.store(Grant::none);
}

void await_grant() {
    if (page->has_threads.load() == 0 || page->free_pass.exchange(0) != 0) {
        return;
    }
    if (Slot* slot = claim_slot()) {
        ask_for_turn(*slot);
    }
}

void unblock() {
    const int error = errno;
    if (is_child()) {
        made_progress();
        errno = error;
        return;
    }
    await_grant();
    page->blocked.fetch_sub(1);
    page->wakeups.fetch_add(1);
    made_progress();
    errno = error;
}

void wake_handler(int /*signal*/) {
    signalled_by_us = true;
    fire_timer_descriptors();
    if (waited_condition != nullptr) {
        // All threads wait when the engine signals, so nobody holds the condition's inner lock.
        ::pthread_cond_broadcast(waited_condition);
    }
}

void handle_wake_signal() {
    struct sigaction action = {};
    action.sa_handler = wake_handler;  // without SA_RESTART: the interrupted call returns EINTR
    static auto* next =
        real(static_cast<int (*)(int, const struct sigaction*, struct sigaction*)>(&::sigaction),
             "sigaction");
    next(SIGRTMIN + wake_signal_offset, &action, nullptr);
}

bool attach_to_descriptors(const char* text) {
    char* end = nullptr;
    const long page_descriptor = ::strtol(text, &end, 10);
    if (*end != ':') {
        return false;
    }
    const long event_descriptor = ::strtol(end + 1, &end, 10);
    if (*end != ':') {
        return false;
    }
    const long library = ::strtol(end + 1, &end, 10);
    if (!map_page(static_cast<int>(page_descriptor))) {
        return false;
    }
    begin(static_cast<int>(page_descriptor),
          static_cast<int>(event_descriptor),
          static_cast<int>(library));
    return true;
}

/// From the engine "PAGE:EVENT:SHIM", descriptors; from a process that has the shim what
/// children.cpp says. Leaves `page` null when anything is not as they would have left it.
void attach() {
    const char* text = ::getenv(shim_variable);
    if (text == nullptr || !(attach_to_inherited(text) ||
                             (text[0] >= '0' && text[0] <= '9' && attach_to_descriptors(text)))) {
        return;
    }
    handle_wake_signal();
    // A handler sees the environment that Lambda would give it.
    ::unsetenv(shim_variable);
    ::unsetenv("LD_PRELOAD");
}

__attribute__((constructor)) void start() {
    attach();
}

__attribute__((destructor)) void end() {
    let_children_wait();
}

}  // namespace

bool map_page(int descriptor) {
    void* mapped = ::mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (mapped == MAP_FAILED || static_cast<Page*>(mapped)->magic != page_magic) {
        return false;
    }
    page = static_cast<Page*>(mapped);
    return true;
}

bool map_page_in_place(int descriptor) {
    return ::mmap(
               page, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, descriptor, 0) ==
           page;
}

int event_descriptor() {
    return event;
}

/// The process that the engine knows, with its only thread. What a program that it was before left
/// in the page is no longer true.
void begin(int page_descriptor, int its_event, int library) {
    event = its_event;
    page->process = static_cast<std::int32_t>(process_id());
    page->page_descriptor = page_descriptor;
    page->library_descriptor = library;
    for (const int descriptor : {page_descriptor, event, library}) {
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    }
    for (std::uint32_t index = 0; index < page->slots_used.load(); ++index) {
        Slot& slot = page->slots[index];
        if (slot.process.load() == process_id()) {
            stop_timer(slot);
            slot.parked_on.store(0);
            slot.grant.store(Grant::none);
            slot.thread_id.store(0);
        }
    }
    page->has_threads.store(0);
    page->blocked.store(0);
    page->threads.store(1);
    page->inherited_peak_kilobytes.store(peak_kilobytes());
}

bool is_our_descriptor(int descriptor) {
    return page != nullptr && !is_child() &&
           (descriptor == event || descriptor == page->page_descriptor ||
            descriptor == page->library_descriptor);
}

void begin_as_child() {
    own_slot = nullptr;
    own_number = first_thread_number();
    waited_condition = nullptr;
    forget_timers();
}

void begin_as_fork() {
    own_slot = nullptr;  // it was in the parent's page
    bytes_at_last_notice.store(0);
    made_progress();
}

bool interrupted_by_us() {
    const bool ours = signalled_by_us;
    signalled_by_us = false;
    return ours;
}

void let_children_wait() {
    if (page == nullptr || is_child() || page->has_children.load() == 0) {
        return;
    }
    if (Slot* slot = claim_slot()) {
        page->blocked.fetch_add(1);
        ask_for_turn(*slot);
        page->blocked.fetch_sub(1);
        page->wakeups.fetch_add(1);
    }
}

Slot* claim_timer(int signal) {
    constexpr std::uint32_t no_thread = ~0U;
    for (std::uint32_t index = 0; index < max_slots; ++index) {
        std::uint32_t free = 0;
        Slot& slot = page->slots[index];
        if (slot.thread_id.compare_exchange_strong(free, no_thread)) {
            slot.number.store(own_number);
            slot.process.store(process_id());
            slot.signal.store(signal);
            std::uint32_t used = page->slots_used.load();
            while (used <= index && !page->slots_used.compare_exchange_weak(used, index + 1)) {
            }
            return &slot;
        }
    }
    return nullptr;
}

void set_timer(Slot& timer, std::int64_t deadline, std::int64_t interval) {
    stop_timer(timer);
    timer.woken.store(0);
    timer.deadline.store(deadline);
    timer.interval.store(interval);
    timer.wake_by.store(WakeBy::timer);
    timer.wait_number.fetch_add(1);
}

void stop_timer(Slot& timer) {
    if (timer.wait_number.load() % 2 == 1) {
        timer.wait_number.fetch_add(1);
    }
}

std::int64_t now() {
    return page->now.load(std::memory_order_relaxed);
}

Blocked::Blocked() {
    if (page != nullptr) {
        block(false);
    }
}

Blocked::~Blocked() {
    if (page != nullptr) {
        unblock();
    }
}

TimedWait::TimedWait(std::int64_t deadline, WakeBy wake_by) : slot_(claim_slot()) {
    if (slot_ == nullptr) {
        return;  // more threads than slots: the wait is over at once, which a caller sees as an
                 // early wake-up
    }
    slot_->woken.store(0);
    slot_->deadline.store(deadline);
    slot_->wake_by.store(wake_by);
    slot_->wait_number.fetch_add(1);
    signalled_by_us = false;
    block(true);
}

TimedWait::~TimedWait() {
    if (slot_ != nullptr) {
        slot_->wait_number.fetch_add(1);
        unblock();
    }
}

bool TimedWait::over() const {
    return slot_ == nullptr || slot_->woken.load() != 0;
}

bool TimedWait::sleep() const {
    while (!over()) {
        if (futex(&slot_->woken, FUTEX_WAIT, 0, nullptr, nullptr, 0) == -1 && errno == EINTR &&
            !interrupted_by_us()) {
            return over();
        }
    }
    return true;
}

bool sleep_until(std::int64_t deadline) {
    return TimedWait(deadline, WakeBy::futex).sleep();
}

std::int64_t later(std::int64_t from, const timespec& time) {
    constexpr std::int64_t second = 1'000'000'000;
    std::int64_t sum = 0;
    if (__builtin_mul_overflow(static_cast<std::int64_t>(time.tv_sec), second, &sum) ||
        __builtin_add_overflow(sum, static_cast<std::int64_t>(time.tv_nsec), &sum) ||
        __builtin_add_overflow(sum, from, &sum)) {
        return INT64_MAX;
    }
    return sum;
}

void made_progress() {
    clock_readings = 0;
    spin_step = 0;
}

void may_wake_another() {
    if (parks()) {
        page->own_wakes.fetch_add(1);
    }
}

void count_clock_reading() {
    // Nobody wakes a prepared parent; Python reads the clock seven times for each import.
    if (++clock_readings < readings_before_time_passes || page->control_descriptor != 0) {
        return;
    }
    const std::int64_t step = spin_step == 0 ? first_spin_step : spin_step;
    sleep_until(now() + step);
    spin_step = step * 2 < longest_spin_step ? step * 2 : longest_spin_step;
}

bool parks() {
    return page != nullptr && !is_child() && page->has_threads.load() != 0;
}

Parked park(const void* what,
            std::int64_t deadline,
            void (*after_registration)(void*),
            void* argument) {
    Slot* slot = claim_slot();
    if (slot == nullptr) {
        return Parked::impossible;
    }
    const int error = errno;
    slot->woken.store(0);
    slot->grant.store(Grant::none);
    slot->parked_on.store(reinterpret_cast<std::uint64_t>(what));
    if (after_registration != nullptr) {
        after_registration(argument);
    }
    if (deadline >= 0) {
        slot->deadline.store(deadline);
        slot->wake_by.store(WakeBy::grant);
        slot->wait_number.fetch_add(1);
    }
    signalled_by_us = false;
    block(true);
    bool interrupted = false;
    for (Grant grant = slot->grant.load(); grant != Grant::given; grant = slot->grant.load()) {
        if (futex(&slot->grant, FUTEX_WAIT, grant, nullptr, nullptr, 0) == -1 && errno == EINTR &&
            !interrupted_by_us() && !interrupted) {
            interrupted = true;
            slot->parked_on.store(0);
            Grant waiting = Grant::none;
            slot->grant.compare_exchange_strong(waiting, Grant::wanted);
            notice_if_all_wait(true);
        }
    }
    slot->parked_on.store(0);
    slot->grant.store(Grant::none);
    if (deadline >= 0) {
        slot->wait_number.fetch_add(1);
    }
    page->blocked.fetch_sub(1);
    page->wakeups.fetch_add(1);
    made_progress();
    errno = error;
    if (slot->woken.load() != 0) {
        return Parked::over;
    }
    return interrupted ? Parked::interrupted : Parked::woken;
}

void unpark(const void* what, Unpark which) {
    Slot* first = nullptr;
    const std::uint32_t used = page->slots_used.load();
    for (std::uint32_t index = 0; index < used; ++index) {
        Slot& slot = page->slots[index];
        if (slot.parked_on.load() != reinterpret_cast<std::uint64_t>(what) ||
            slot.grant.load() != Grant::none) {
            continue;
        }
        if (which == Unpark::all) {
            slot.grant.store(Grant::wanted);
        } else if (first == nullptr || slot.number.load() < first->number.load()) {
            first = &slot;
        }
    }
    if (first != nullptr) {
        first->grant.store(Grant::wanted);
    }
}

std::uint32_t thread_starts() {
    if (is_child()) {
        return ++childs_threads;
    }
    page->has_threads.store(1);
    may_wake_another();  // the new one, which counts as blocked until it asks for its turn
    page->blocked.fetch_add(1);
    page->threads.fetch_add(1);
    return page->thread_numbers.fetch_add(1) + 1;
}

void thread_failed() {
    if (is_child()) {
        return;
    }
    page->threads.fetch_sub(1);
    page->blocked.fetch_sub(1);
}

void thread_began(std::uint32_t number) {
    own_slot = nullptr;
    own_number = first_thread_number() + number;
    unblock();
}

void thread_ended() {
    if (own_slot != nullptr) {
        own_slot->thread_id.store(0);
        own_slot = nullptr;
    }
    if (is_child()) {
        return;
    }
    may_wake_another();  // who joins it
    page->threads.fetch_sub(1);
    notice_if_all_wait(true);
}

}  // namespace orrery::shim
