/// A load generator for HTTP: keep-alive connections with one outstanding request each, in a
/// process of its own beside the server's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::benchmarks {

struct HttpLoad {
    std::uint16_t port = 0;  // on 127.0.0.1
    std::size_t connections = 1;
    std::size_t requests = 0;  // in all
    /// The next request of one connection, whose last answer (head and body; empty at first) is
    /// given: append the whole message to `out`.
    std::function<void(std::size_t connection, std::string_view answer, std::string& out)> next;
};

struct HttpLoadResult {
    double seconds = 0;
    std::vector<std::int64_t> latencies;  // nanoseconds, sorted

    double per_second() const { return static_cast<double>(latencies.size()) / seconds; }
    /// In milliseconds; `share` is 0.99 for p99. Exact: of all latencies.
    double percentile(double share) const;
};

/// Runs it on this thread until all are answered; throws if one is not answered with 200.
HttpLoadResult run_http_load(const HttpLoad& load);

/// A program in a child process, killed with this object.
class ServerProcess {
public:
    using TellPort = std::function<void(std::uint16_t)>;
    /// Forks; the child calls `serve` with a function that tells the parent the port.
    explicit ServerProcess(const std::function<void(const TellPort&)>& serve);
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    std::uint16_t port() const { return port_; }

private:
    int process_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace orrery::benchmarks
