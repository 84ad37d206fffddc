#include "tools/benchmarks/http_load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <utility>

namespace orrery::benchmarks {

namespace {

std::int64_t nanoseconds() {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

/// One connection with its request under way.
class Connection {
public:
    explicit Connection(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int yes = 1;
        ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("cannot connect to the server");
        }
    }
    ~Connection() { ::close(descriptor_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    int descriptor() const { return descriptor_; }

    /// Sends the request that `out` has been filled with.
    void ask() {
        answer_.clear();
        asked_at_ = nanoseconds();
        // Requests are small: the kernel's buffer takes them whole.
        if (::send(descriptor_, out.data(), out.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(out.size())) {
            throw std::runtime_error("the server does not take a request");
        }
    }

    /// Reads what is there; whether the answer is whole.
    bool hear() {
        std::array<char, 16 * 1024> buffer{};
        const ssize_t got = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got <= 0) {
            throw std::runtime_error("the server closed a connection");
        }
        answer_.append(buffer.data(), static_cast<std::size_t>(got));
        const auto head = answer_.find("\r\n\r\n");
        return head != std::string::npos && answer_.size() >= head + 4 + body_length(head);
    }

    std::int64_t asked_at() const { return asked_at_; }
    const std::string& answer() const { return answer_; }
    std::string out;

private:
    std::size_t body_length(std::size_t head) const {
        if (!answer_.starts_with("HTTP/1.1 200")) {
            throw std::runtime_error("the server answered: " + answer_);
        }
        constexpr std::string_view name = "Content-Length: ";
        const auto found = answer_.find(name);
        std::size_t length = 0;
        if (found < head) {
            std::from_chars(answer_.data() + found + name.size(), answer_.data() + head, length);
        }
        return length;
    }

    int descriptor_;
    std::int64_t asked_at_ = 0;
    std::string answer_;
};

class Poll {
public:
    Poll() : descriptor_(::epoll_create1(EPOLL_CLOEXEC)) {}
    ~Poll() { ::close(descriptor_); }
    Poll(const Poll&) = delete;
    Poll& operator=(const Poll&) = delete;

    void add(int descriptor, std::size_t number) const {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = number;
        ::epoll_ctl(descriptor_, EPOLL_CTL_ADD, descriptor, &event);
    }
    template <typename Ready>
    void wait(Ready ready) const {
        std::array<epoll_event, 64> events{};
        constexpr int patience = 10'000;  // milliseconds
        const int count =
            ::epoll_wait(descriptor_, events.data(), static_cast<int>(events.size()), patience);
        if (count <= 0) {
            throw std::runtime_error("the server does not answer");
        }
        for (int i = 0; i < count; ++i) {
            ready(events.at(static_cast<std::size_t>(i)).data.u64);
        }
    }

private:
    int descriptor_;
};

}  // namespace

double HttpLoadResult::percentile(double share) const {
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(latencies.size())));
    return static_cast<double>(latencies.at(std::max<std::size_t>(rank, 1) - 1)) / 1e6;
}

HttpLoadResult run_http_load(const HttpLoad& load) {
    std::vector<std::unique_ptr<Connection>> connections;
    const Poll poll;
    for (std::size_t i = 0; i < load.connections; ++i) {
        connections.push_back(std::make_unique<Connection>(load.port));
        poll.add(connections.back()->descriptor(), i);
    }
    HttpLoadResult result;
    result.latencies.reserve(load.requests);
    std::size_t asked = 0;
    const auto ask = [&](std::size_t number) {
        if (asked < load.requests) {
            ++asked;
            Connection& connection = *connections[number];
            connection.out.clear();
            load.next(number, connection.answer(), connection.out);
            connection.ask();
        }
    };
    const std::int64_t began = nanoseconds();
    for (std::size_t i = 0; i < load.connections; ++i) {
        ask(i);
    }
    while (result.latencies.size() < load.requests) {
        poll.wait([&](std::size_t number) {
            if (connections[number]->hear()) {
                result.latencies.push_back(nanoseconds() - connections[number]->asked_at());
                ask(number);
            }
        });
    }
    result.seconds = static_cast<double>(nanoseconds() - began) / 1e9;
    std::sort(result.latencies.begin(), result.latencies.end());
    return result;
}

ServerProcess::ServerProcess(const std::function<void(const TellPort&)>& serve) {
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) {
        throw std::runtime_error("no pipe");
    }
    process_ = ::fork();
    if (process_ == 0) {
        ::close(pipe[0]);
        serve([&](std::uint16_t port) {
            if (::write(pipe[1], &port, sizeof port) != sizeof port) {
                ::_exit(1);
            }
        });
        ::_exit(0);
    }
    ::close(pipe[1]);
    const bool told = ::read(pipe[0], &port_, sizeof port_) == sizeof port_;
    ::close(pipe[0]);
    if (process_ < 0 || !told) {
        throw std::runtime_error("the server does not start");
    }
}

ServerProcess::~ServerProcess() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

}  // namespace orrery::benchmarks
