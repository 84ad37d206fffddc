// An HTTP/2 connection's bytes: whatever comes, it is served, answered or ended, twice alike.
// iterations: 20000
#include "engine/ensure.h"
#include "engine/net/http_connection.h"
#include "tests/engine/recorded_socket.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace orrery;

namespace {

constexpr std::size_t most_body = 2000;
constexpr std::size_t most_headers = 4000;

/// What is kept of the requests that are not answered at once.
using Kept = std::vector<std::shared_ptr<HttpExchange>>;

HttpServer::Handler handler(Kept& kept) {
    return [&kept](HttpRequest&& request, std::shared_ptr<HttpExchange> exchange) {
        ENSURE(request.body.size() <= most_body);
        ENSURE(request.target.starts_with('/') || request.target == "*");
        ENSURE(request.header("Host") != nullptr);
        if (request.target == "/streamed") {
            const auto pieces = std::make_shared<Pipe<std::string>>();
            exchange->respond({200, {{"X-Echo", request.body}}, "", pieces});
            pieces->write(request.body);
            pieces->end(request.method == "GET" ? PipeEnd::whole : PipeEnd::broken_off);
        } else if (request.method == "GET") {
            exchange->respond({200, {{"X-Echo", request.body}}, std::string(100'000, 'a')});
        } else {
            kept.push_back(std::move(exchange));
        }
    };
}

/// All that is sent for these bytes.
std::string serve(std::string_view bytes, std::size_t piece) {
    Loop loop{Instant{}};
    Kept kept;
    HttpLimits limits;
    limits.header_bytes = most_headers;
    limits.body_bytes = [](const HttpRequest&) { return most_body; };
    const auto socket = std::make_shared<RecordedSocket>();
    std::make_shared<HttpConnection>(
        std::make_shared<HttpService>(loop, handler(kept), limits, HttpHooks{}), socket)
        ->start([] {});
    for (std::size_t at = 0; at < bytes.size() && !socket->closing; at += piece) {
        socket->receive(bytes.substr(at, piece));
        loop.run_until(loop.now());
    }
    for (const auto& exchange : kept) {
        exchange->respond({200, {}, "late"});
    }
    kept.clear();
    socket->end();
    std::string sent;
    for (const std::string& part : socket->sent) {
        sent += part;
    }
    return sent;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes =
        std::string(http2_preface) + std::string(reinterpret_cast<const char*>(data), size);
    ENSURE(serve(bytes, bytes.size()) == serve(bytes, bytes.size()));
    serve(bytes, 13);
    return 0;
}
