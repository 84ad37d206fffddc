// HTTP framing: whatever comes, in whatever pieces, the same requests or the same failure.
// iterations: 200000
#include "engine/ensure.h"
#include "engine/net/http_framing.h"

#include <cstdint>
#include <string>
#include <string_view>

using namespace orrery;

namespace {

constexpr std::size_t most_body = 2000;

/// What was read, as text.
std::string read(std::string_view bytes, std::size_t piece, const HttpLimits& limits) {
    HttpParser parser(limits);
    std::string result;
    std::string unread;
    for (std::size_t at = 0; at < bytes.size() && parser.failure() == nullptr; at += piece) {
        unread += bytes.substr(at, piece);
        for (bool more = true; more;) {
            const std::size_t taken = parser.take(unread);
            ENSURE(taken <= unread.size());
            unread.erase(0, taken);
            more = parser.complete();
            if (more) {
                const HttpManner manner = parser.manner();
                const HttpRequest request = parser.release();
                ENSURE(request.body.size() <= most_body);
                result += request.method + " " + request.target + (manner.keep_alive ? "+" : "-");
                for (const HttpHeader& header : request.headers) {
                    result += header.name + ":" + header.value + "\n";
                }
                result += request.body;
                const std::string answer =
                    render_response({200, {{"X-Echo", request.body}}, request.body}, manner, "d");
                ENSURE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
            }
        }
    }
    if (const HttpFailure* failure = parser.failure()) {
        ENSURE(failure->status >= 400 && !failure->text.empty());
        result += failure->text;
    } else {
        ENSURE(unread.size() <= limits.header_bytes + 4096);
    }
    return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    HttpLimits limits;
    limits.header_bytes = 4000;
    limits.body_bytes = [](const HttpRequest&) { return most_body; };
    const std::string bytes(data, data + size);
    const std::string whole = read(bytes, size + 1, limits);
    ENSURE(whole == read(bytes, 1, limits));
    ENSURE(whole == read(bytes, 13, limits));
    return 0;
}
