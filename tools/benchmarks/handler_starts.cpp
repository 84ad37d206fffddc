#include "tools/benchmarks/benchmark.h"
#include "tools/benchmarks/handler_world.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace orrery::benchmarks {

namespace {

constexpr Source with_boto3{
    "python3.12", "start.py", "import boto3\n\n\ndef handler(event, context):\n    return event\n"};
constexpr Source in_node{"nodejs20.x", "start.js", "exports.handler = async (event) => event;\n"};
constexpr Source that_stays{
    "python3.12",
    "stay.py",
    "import time\nimport boto3\n\n\ndef handler(event, context):\n    time.sleep(60)\n"};
constexpr Source stays_in_node{
    "nodejs20.x",
    "stay.js",
    "exports.handler = () => new Promise((over) => setTimeout(over, 60_000));\n"};

enum class Which : std::uint8_t { first, following };

/// Real milliseconds from a function's first invocation to its answer.
double milliseconds_of_start(const Source& source, Which which) {
    HandlerWorld world(source);
    const auto start = [&](const std::string& name) {
        world.create(name);
        return 1000 * seconds_of([&] {
                   world.invoke(name);
                   world.finish();
               });
    };
    const double first = start("First");
    if (which == Which::first) {
        return first;
    }
    std::array<double, 5> following{};
    for (std::size_t index = 0; index < following.size(); ++index) {
        following[index] = start("Following" + std::to_string(index));
    }
    std::sort(following.begin(), following.end());
    return following[following.size() / 2];
}

/// A process's share of the memory that it uses: what several share counts once.
std::uint64_t proportional_kilobytes(const std::string& process) {
    std::ifstream file("/proc/" + process + "/smaps_rollup");
    std::string word;
    while (file >> word) {
        std::uint64_t kilobytes = 0;
        if (word == "Pss:" && file >> kilobytes) {
            return kilobytes;
        }
    }
    throw std::runtime_error("a process's memory cannot be read");
}

/// What environments share with others counts in parts. Beside them, `parents` are alive, which
/// they are forks of.
double mebibytes_of_environments(const Source& source,
                                 std::string_view program_name,
                                 std::size_t count,
                                 std::size_t parents) {
    HandlerWorld world(source);
    world.create("Stay");
    for (std::size_t index = 0; index < count; ++index) {
        world.invoke("Stay");
    }
    using namespace std::chrono_literals;
    world.loop().run_until(world.loop().now() + 30s);
    const std::string own = std::to_string(::getpid());
    std::ifstream children("/proc/" + own + "/task/" + own + "/children");
    std::uint64_t kilobytes = 0;
    std::size_t processes = 0;
    for (std::string process; children >> process;) {
        std::error_code ignored;
        const auto program = std::filesystem::read_symlink("/proc/" + process + "/exe", ignored);
        if (program.filename().string().starts_with(program_name)) {
            kilobytes += proportional_kilobytes(process);
            ++processes;
        }
    }
    if (processes != count + parents) {
        throw std::runtime_error(std::to_string(processes) + " processes are alive, not " +
                                 std::to_string(count + parents));
    }
    world.finish();
    return static_cast<double>(kilobytes) / 1024;
}

}  // namespace

Benchmark first_python_environment() {
    return {"new Python environment with boto3 imported, the first one",
            "ms",
            Better::lower,
            1000,
            "boto3's import",
            [] { return milliseconds_of_start(with_boto3, Which::first); }};
}

Benchmark following_python_environment() {
    return {"new Python environment with boto3 imported, a following one",
            "ms",
            Better::lower,
            30,
            "mounts, the fork, and what Python touches of its parent's memory",
            [] { return milliseconds_of_start(with_boto3, Which::following); }};
}

Benchmark node_environment() {
    return {
        "new Node environment, a following one", "ms", Better::lower, 100, "Node's own start", [] {
            return milliseconds_of_start(in_node, Which::following);
        }};
}

Benchmark python_environments_memory() {
    return {"memory of 200 Python environments with boto3 alive at once (PSS)",
            "MiB",
            Better::lower,
            4096,
            "what each touches of its parent's memory: Python counts references in it",
            [] { return mebibytes_of_environments(that_stays, "python", 200, 1); },
            1};
}

Benchmark node_environments_memory() {
    return {"memory of 200 Node environments alive at once (PSS)",
            "MiB",
            Better::lower,
            4096,
            "each V8's own heap",
            [] { return mebibytes_of_environments(stays_in_node, "node", 200, 0); },
            1};
}

}  // namespace orrery::benchmarks
