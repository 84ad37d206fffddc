// Host names of AWS lead to the emulator, by HTTPS too; whatever else there is on the network is
// refused.
#include "tests/handlers/runtime/support.h"
#include "tests/handlers/shim/aws_endpoints.h"

#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string>

using namespace orrery;
using namespace orrery::test;

namespace {

std::string payload_of(RunningFunction& function, const std::string& event = "null") {
    const auto outcome = function.invoke(event);
    return outcome ? outcome->payload : "no answer";
}

bool logged(const RunningFunction& function, const std::string& text) {
    return std::any_of(function.log.begin(), function.log.end(), [&](const std::string& line) {
        return line.find(text) != std::string::npos;
    });
}

/// A process of its own, on the real clock: it answers one connection after a tenth of a second.
class OutsideServer {
public:
    OutsideServer() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(listener_, 1) == 0);
        socklen_t length = sizeof address;
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
        port_ = ntohs(address.sin_port);
        process_ = ::fork();
        if (process_ == 0) {
            serve();
        }
    }
    ~OutsideServer() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        ::close(listener_);
    }
    OutsideServer(const OutsideServer&) = delete;
    OutsideServer& operator=(const OutsideServer&) = delete;

    std::uint16_t port() const { return port_; }

private:
    [[noreturn]] void serve() const {
        ::alarm(60);  // should the test die
        const int connection = ::accept(listener_, nullptr, nullptr);
        std::array<char, 4096> request{};
        constexpr int tenth_of_a_second = 100;
        if (::recv(connection, request.data(), request.size(), 0) > 0) {
            ::poll(nullptr, 0, tenth_of_a_second);
            const std::string answer =
                "HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\nhello from outside";
            ::send(connection, answer.data(), answer.size(), 0);
        }
        ::_exit(0);
    }

    int listener_;
    std::uint16_t port_ = 0;
    pid_t process_ = -1;
};

constexpr const char* no_queues =
    "<ListQueuesResponse><ListQueuesResult/><ResponseMetadata><RequestId>1</RequestId>"
    "</ResponseMetadata></ListQueuesResponse>";

}  // namespace

TEST_CASE("shim: boto3 without any setting speaks HTTPS with the emulator") {
    World world;
    AwsEndpoints aws(world, no_queues);
    RunningFunction function(R"py(
import boto3
def handler(event, context):
    return [boto3.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"],
            boto3.client("sqs", region_name="eu-west-1").list_queues()["ResponseMetadata"]["HTTPStatusCode"]]
)py",
                             world,
                             aws.options());
    function.start();
    CHECK(payload_of(function) == "[200, 200]");
    REQUIRE(aws.asked.size() == 2);
    CHECK(aws.asked[0] == "https://sqs.us-east-1.amazonaws.com POST /");
    CHECK(aws.asked[1] == "https://sqs.eu-west-1.amazonaws.com POST /");
}

TEST_CASE("shim: names resolve by every way that a program may ask") {
    World world;
    AwsEndpoints aws(world, "");
    RunningFunction function(R"py(
import socket
def tried(function, *arguments, **named):
    try:
        return function(*arguments, **named)
    except OSError as error:
        return type(error).__name__ + " " + str(error.errno)
HOST = "sqs.eu-west-1.amazonaws.com"
def handler(event, context):
    address = socket.getaddrinfo(HOST, 443, type=socket.SOCK_STREAM)
    return {
        "gethostbyname": socket.gethostbyname(HOST.upper() + "."),
        "gethostbyname_ex": socket.gethostbyname_ex("lambda.us-east-1.api.aws"),
        "getaddrinfo": [each[4] for each in address],
        "canonical": socket.getaddrinfo(HOST, "https", socket.AF_INET, socket.SOCK_STREAM, 0, socket.AI_CANONNAME)[0][3:],
        "IPv6": tried(socket.getaddrinfo, HOST, 443, socket.AF_INET6),
        "mapped": tried(socket.getaddrinfo, HOST, 443, socket.AF_INET6, socket.SOCK_STREAM, 0, socket.AI_V4MAPPED)[0][4][0],
        "numeric only": tried(socket.getaddrinfo, HOST, 443, 0, 0, 0, socket.AI_NUMERICHOST),
        "unknown": tried(socket.gethostbyname, "example.com"),
        "no instance": tried(socket.gethostbyname, "other.c1.us-east-1.rds.amazonaws.com"),
        "instance": socket.gethostbyname("customers.c1.us-east-1.rds.amazonaws.com"),
        "itself": socket.gethostbyname(socket.gethostname()),
        "reverse": tried(socket.gethostbyaddr, "10.0.255.1"),
        "name of address": socket.getnameinfo(("10.0.255.1", 443), 0),
    }
)py",
                             world,
                             aws.options());
    function.start();
    CHECK(payload_of(function) ==
          R"({"gethostbyname": "10.0.255.1", )"
          R"("gethostbyname_ex": ["lambda.us-east-1.api.aws", [], ["10.0.255.1"]], )"
          R"("getaddrinfo": [["10.0.255.1", 443]], )"
          R"("canonical": ["sqs.eu-west-1.amazonaws.com", ["10.0.255.1", 443]], )"
          R"("IPv6": "gaierror -5", "mapped": "::ffff:10.0.255.1", "numeric only": "gaierror -2", )"
          R"("unknown": "gaierror -2", "no instance": "gaierror -2", "instance": "10.0.0.1", )"
          R"("itself": "169.254.100.6", "reverse": "herror 1", )"
          R"("name of address": ["10.0.255.1", "https"]})");
    CHECK(logged(function, "orrery: host name example.com not found"));
}

TEST_CASE("shim: a connection shows the simulated world's addresses") {
    World world;
    AwsEndpoints aws(world, "");
    RunningFunction function(R"py(
import socket
def handler(event, context):
    with socket.create_connection(("sqs.eu-west-1.amazonaws.com", 443)) as one:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as two:
            two.connect(("::ffff:10.0.255.1", 443))
            return one.getpeername(), one.getsockname()[0], one.getsockname()[1] >= 32768, two.getpeername()[:2]
)py",
                             world,
                             aws.options());
    function.start();
    CHECK(payload_of(function) ==
          R"([["10.0.255.1", 443], "169.254.100.6", true, ["::ffff:10.0.255.1", 443]])");
}

TEST_CASE("shim: whatever is not part of the simulated world is refused with a line in the log") {
    // A server on this machine that is not the handler's own.
    World world;
    HttpServer other(world.loop, {"127.0.0.1", 0}, {});
    RunningFunction function(R"py(
import socket
def tried(function, *arguments):
    try:
        function(*arguments)
        return "done"
    except OSError as error:
        return error.strerror
def handler(event, context):
    with socket.create_server(("127.0.0.1", 0)) as own, socket.socket(type=socket.SOCK_DGRAM) as datagrams, \
            socket.socket(type=socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        socket.create_connection(own.getsockname()).close()
        return {
            "other": tried(socket.create_connection, ("127.0.0.1", event)),
            "outside": tried(socket.create_connection, ("93.184.216.34", 443)),
            "datagram": tried(datagrams.sendto, b"x", ("8.8.8.8", 53)),
            "connected datagram": tried(datagrams.connect, ("8.8.8.8", 53)),
            "own datagram": tried(datagrams.sendto, b"x", receiver.getsockname()),
        }
)py",
                             world);
    function.start();
    CHECK(
        payload_of(function, std::to_string(other.endpoint().port)) ==
        R"({"other": "Connection refused", "outside": "Network is unreachable", )"
        R"("datagram": "Network is unreachable", "connected datagram": "Network is unreachable", )"
        R"("own datagram": "done"})");
    CHECK(logged(function,
                 "orrery: connection to 93.184.216.34:443 refused: it is not part of the simulated "
                 "world"));
    CHECK(logged(function, "orrery: a datagram to 8.8.8.8:53 refused"));
    CHECK(logged(function, "refused: nothing of the handler's own listens there"));
}

TEST_CASE("shim: what is allowed can be reached outside the simulated world, and is waited for") {
    const OutsideServer other;
    World world;
    ProcessRuntimeOptions options;
    options.allowed = {{"127.0.0.1", other.port()}};
    RunningFunction function(R"py(
import urllib.request, time
def handler(event, context):
    began = time.monotonic()
    text = urllib.request.urlopen(f"http://127.0.0.1:{event}/", timeout=5).read().decode()
    return text, time.monotonic() - began
)py",
                             world,
                             options);
    function.start();
    CHECK(payload_of(function, std::to_string(other.port())) == R"(["hello from outside", 0.0])");
}
