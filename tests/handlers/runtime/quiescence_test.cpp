#include "handlers/runtime/quiescence.h"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <functional>
#include <string>

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

/// A TCP connection from a loopback address, with both ends here.
class Connection {
public:
    explicit Connection(const std::string& address) {
        const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in place = at("127.0.0.1");
        socklen_t size = sizeof place;
        REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&place), size) == 0);
        REQUIRE(::listen(listener, 1) == 0);
        REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&place), &size) == 0);
        ours_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in own = at(address);
        REQUIRE(::bind(ours_, reinterpret_cast<sockaddr*>(&own), sizeof own) == 0);
        REQUIRE(::connect(ours_, reinterpret_cast<sockaddr*>(&place), size) == 0);
        theirs_ = ::accept(listener, nullptr, nullptr);
        REQUIRE(theirs_ >= 0);
        ::close(listener);
        REQUIRE(::fcntl(ours_, F_SETFL, O_NONBLOCK) == 0);
    }
    ~Connection() {
        ::close(ours_);
        ::close(theirs_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Sends until nothing more is taken.
    void fill() const {
        const std::string bytes(64 * 1024, 'x');
        while (::send(ours_, bytes.data(), bytes.size(), 0) > 0) {
        }
    }

private:
    static sockaddr_in at(const std::string& address) {
        sockaddr_in place{};
        place.sin_family = AF_INET;
        REQUIRE(::inet_pton(AF_INET, address.c_str(), &place.sin_addr) == 1);
        return place;
    }

    int ours_ = -1;
    int theirs_ = -1;
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

TEST_CASE("quiescence: the processor time of a process and of its children counts") {
    constexpr std::clock_t computed = CLOCKS_PER_SEC / 10;
    const auto compute = [] {
        while (std::clock() < computed) {
        }
    };
    const Other asleep([] { ::pause(); });
    const Other computing([&] {
        if (::fork() == 0) {
            compute();
            ::pause();
        }
        compute();
        ::pause();
    });
    constexpr std::chrono::milliseconds both{150};  // a tick is 10 ms
    while (processor_time(computing.id()) < both) {
        ::sched_yield();
    }
    CHECK(processor_time(asleep.id()) < both);
}

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

TEST_CASE("quiescence: bytes that lie unread, and those without room, are not under way") {
    const std::string address = "127.99.7.7";
    const Connection connection(address);
    SocketTraffic traffic = socket_traffic(address);
    CHECK_FALSE(traffic.under_way);
    CHECK_FALSE(traffic.unread);
    CHECK_FALSE(traffic.stuck);

    connection.fill();
    // The kernel brings them across on its own account; nothing here needs a particular time.
    do {
        traffic = socket_traffic(address);
    } while (traffic.under_way);
    CHECK(traffic.unread);
    CHECK(traffic.stuck);
    CHECK_FALSE(socket_traffic("127.99.7.8").unread);
}
