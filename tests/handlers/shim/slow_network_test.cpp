// A kernel that holds packets back, as one does whose processors are taken by what goes before its
// own threads, changes nothing.
#include "tests/handlers/runtime/support.h"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

using namespace orrery;
using namespace orrery::test;

namespace {

/// A network of this thread's own, with a loopback that lets 64 kbit through in a second.
class SlowLoopback {
public:
    SlowLoopback()
        : before_(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)),
          entered_(::unshare(CLONE_NEWNET) == 0),
          works_(entered_ &&
                 std::system("ip link set lo mtu 1500 up && tc qdisc add dev lo root tbf "
                             "rate 64kbit burst 1600 latency 60s") == 0) {}
    ~SlowLoopback() {
        if (entered_) {
            ::setns(before_, CLONE_NEWNET);
        }
        ::close(before_);
    }
    SlowLoopback(const SlowLoopback&) = delete;
    SlowLoopback& operator=(const SlowLoopback&) = delete;

    bool works() const { return works_; }

private:
    int before_;
    bool entered_;
    bool works_;
};

/// What threads say that connect, with a time-out, and part again.
std::vector<std::string> log_of_connections() {
    World world;
    RunningFunction function(R"py(
import os, socket, threading
host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")

def connect(name):
    for number in range(12):
        print(name, number, "connects")
        with socket.create_connection((host, int(port)), timeout=60):
            print(name, number, "is connected")

def handler(event, context):
    threads = [threading.Thread(target=connect, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
)py",
                             world);
    function.start();
    function.invoke("1");
    return function.log;
}

}  // namespace

TEST_CASE("shim: threads that connect go on in the same order when packets are held back") {
    const std::vector<std::string> at_rest = log_of_connections();
    CHECK(at_rest.size() == 72);
    const SlowLoopback slow;
    if (!slow.works()) {
        WARN("skipped: no right to have a network of its own, or no tc with a token bucket filter");
        return;
    }
    CHECK(log_of_connections() == at_rest);
}
