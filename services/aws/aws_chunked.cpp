#include "services/aws/aws_chunked.h"

#include "services/aws/error.h"

#include <charconv>

namespace orrery::aws {

namespace {

[[noreturn]] void incomplete() {
    throw ApiError("IncompleteBody",
                   "The request body terminated unexpectedly: it is not encoded as aws-chunked.");
}

}  // namespace

bool is_aws_chunked(const HttpRequest& request) {
    const std::string* coding = request.header("Content-Encoding");
    if (coding != nullptr && coding->find("aws-chunked") != std::string::npos) {
        return true;
    }
    const std::string* hash = request.header("X-Amz-Content-Sha256");
    return hash != nullptr && hash->starts_with("STREAMING-");
}

std::string decode_aws_chunked(std::string_view text) {
    std::string body;
    while (true) {
        const auto line_end = text.find("\r\n");
        if (line_end == std::string_view::npos) {
            incomplete();
        }
        std::size_t size = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + line_end, size, 16);
        // A signature may follow: "10000;chunk-signature=…".
        if (error != std::errc{} || (end != text.data() + line_end && *end != ';')) {
            incomplete();
        }
        text.remove_prefix(line_end + 2);
        if (size == 0) {
            return body;  // trailers follow
        }
        if (size > text.size() || !text.substr(size).starts_with("\r\n")) {
            incomplete();
        }
        body += text.substr(0, size);
        text.remove_prefix(size + 2);
    }
}

}  // namespace orrery::aws
