#include "handlers/runtime/shim_link.h"

#include "engine/ensure.h"
#include "handlers/runtime/quiescence.h"

#include <arpa/inet.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <utility>

namespace orrery {

namespace {

std::uint32_t to_binary(const std::string& address) {
    in_addr binary{};
    const int understood = ::inet_pton(AF_INET, address.c_str(), &binary);
    ENSURE(understood == 1);
    return binary.s_addr;
}

void fill(shim::Page& page, const ShimSettings& settings) {
    page.magic = shim::page_magic;
    page.boot = settings.boot.time_since_epoch().count();
    page.seed = settings.seed;
    page.control_descriptor = settings.control_descriptor;
    page.source_address = to_binary(settings.source_address);
    ENSURE(settings.routes.size() <= shim::max_routes);
    for (const HandlerRoute& route : settings.routes) {
        shim::Route& entry = page.routes[page.route_count++];
        entry.address = to_binary(route.address);
        entry.port = route.port;
        entry.real_address = to_binary(route.real.address);
        entry.real_port = route.real.port;
        ENSURE(route.host.size() < shim::max_host_name);
        std::memcpy(entry.host, route.host.data(), route.host.size());
    }
    ENSURE(settings.allowed.size() <= shim::max_allowed);
    for (const AllowedPlace& place : settings.allowed) {
        shim::Allowed& entry = page.allowed[page.allowed_count++];
        ENSURE(place.host.size() < shim::max_host_name);
        std::memcpy(entry.host, place.host.data(), place.host.size());
        entry.port = place.port;
    }
}

void wake_futex(void* futex) {
    ::syscall(SYS_futex, futex, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

void grant(shim::Slot& slot) {
    slot.grant.store(shim::Grant::given);
    wake_futex(&slot.grant);
}

void signal(const shim::Slot& slot) {
    ::syscall(SYS_tgkill,
              static_cast<pid_t>(slot.process.load()),
              static_cast<pid_t>(slot.thread_id.load()),
              SIGRTMIN + shim::wake_signal_offset);
}

/// The timer's signal; then it waits for its next time or is over.
void ring(shim::Slot& slot) {
    const std::int64_t interval = slot.interval.load();
    slot.deadline.fetch_add(interval);
    slot.wait_number.fetch_add(interval > 0 ? 2 : 1);
    const auto process = static_cast<pid_t>(slot.process.load());
    await_sleep(process);
    ::kill(process, slot.signal.load());
}

}  // namespace

ShimLink::ShimLink(const ShimSettings& settings)
    : descriptor_(::memfd_create("orrery", MFD_CLOEXEC)) {
    ENSURE(descriptor_ >= 0 && ::ftruncate(descriptor_, sizeof(shim::Page)) == 0);
    void* mapped =
        ::mmap(nullptr, sizeof(shim::Page), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
    ENSURE(mapped != MAP_FAILED);
    page_ = static_cast<shim::Page*>(mapped);  // zeroes, which is what every atomic starts with
    fill(*page_, settings);
}

ShimLink::~ShimLink() {
    ::munmap(page_, sizeof(shim::Page));
    ::close(descriptor_);
}

void ShimLink::set_now(Instant now) {
    page_->now.store(now.time_since_epoch().count());
}

void ShimLink::expect_wake_up() {
    wakeups_before_ = page_->wakeups.load();
    expects_wake_up_ = true;
}

bool ShimLink::all_blocked() const {
    const std::uint32_t wakeups = page_->wakeups.load();
    const std::uint32_t threads = page_->threads.load();
    const bool noticed = !expects_wake_up_ || wakeups != wakeups_before_ || somebody_wants_to_run();
    return noticed && threads > 0 && page_->blocked.load() == threads &&
           page_->wakeups.load() == wakeups;
}

shim::Slot* ShimLink::next_to_run() const {
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

void ShimLink::let_next_run() {
    shim::Slot* slot = next_to_run();
    ENSURE(slot != nullptr);
    expect_wake_up();
    grant(*slot);
}

std::vector<ShimWait> ShimLink::waits() const {
    // Which slot a thread got is an accident. Of its own, a timer rings before a sleep is over.
    using Order = std::pair<std::uint64_t, bool>;
    std::vector<std::pair<Order, ShimWait>> found;
    for (std::uint32_t index = 0; index < page_->slots_used.load(); ++index) {
        const shim::Slot& slot = page_->slots[index];
        const std::uint32_t number = slot.wait_number.load();
        const bool is_timer = slot.wake_by.load() == shim::WakeBy::timer;
        if (number % 2 == 1 && (slot.woken.load() == 0 || is_timer)) {
            const Instant deadline{Duration(slot.deadline.load())};
            found.push_back({{slot.number.load(), !is_timer}, {index, number, deadline}});
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& left, const auto& right) {
        return left.first < right.first;
    });
    std::vector<ShimWait> waits;
    waits.reserve(found.size());
    for (const auto& [order, wait] : found) {
        waits.push_back(wait);
    }
    return waits;
}

bool ShimLink::wake(const ShimWait& wait) {
    shim::Slot& slot = page_->slots[wait.slot];
    if (slot.wait_number.load() != wait.number) {
        return false;
    }
    slot.woken.fetch_add(1);
    if (static_cast<std::int32_t>(slot.process.load()) != page_->process) {
        page_->free_pass.store(0);  // a child's doings may wake several of our threads at once
    }
    switch (slot.wake_by.load()) {
        case shim::WakeBy::futex: wake_futex(&slot.woken); break;
        case shim::WakeBy::grant:
            page_->free_pass.store(0);  // it has its turn already
            grant(slot);
            break;
        case shim::WakeBy::signal: signal(slot); break;
        case shim::WakeBy::timer: ring(slot); break;
    }
    return true;
}

void ShimLink::wake_again() {
    for (std::uint32_t index = 0; index < page_->slots_used.load(); ++index) {
        const shim::Slot& slot = page_->slots[index];
        if (slot.woken.load() != 0 && slot.wait_number.load() % 2 == 1 &&
            slot.wake_by.load() == shim::WakeBy::signal) {
            signal(slot);
        }
    }
}

void ShimLink::forget_dead_children(pid_t process) {
    for (std::uint32_t index = 0; index < page_->slots_used.load(); ++index) {
        shim::Slot& slot = page_->slots[index];
        const auto owner = static_cast<pid_t>(slot.process.load());
        if (slot.thread_id.load() != 0 && owner != process && ::kill(owner, 0) != 0) {
            slot.wait_number.fetch_add(slot.wait_number.load() % 2);
            slot.thread_id.store(0);
        }
    }
}

std::optional<bool> ShimLink::exceeded(std::int64_t bytes) const {
    const auto kilobytes = static_cast<std::uint64_t>(bytes / 1024);
    if (page_->inherited_peak_kilobytes.load() >= kilobytes) {
        return std::nullopt;
    }
    return page_->peak_kilobytes.load() > kilobytes;
}

}  // namespace orrery
