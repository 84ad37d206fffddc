#include "engine/net/http2_message.h"

#include "engine/ensure.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace orrery {

namespace {

// What each header counts for besides its text [RFC 9113, 6.5.2].
constexpr std::size_t header_overhead = 32;

/// Headers of a connection, which HTTP/2 does not have [RFC 9113, 8.2.2].
bool is_of_connection(std::string_view name) {
    constexpr std::array<std::string_view, 5> names{
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"};
    return std::any_of(
        names.begin(), names.end(), [&](std::string_view one) { return same_name(one, name); });
}

/// A value from somewhere, as clients accept it: without line ends, and blanks around.
std::string clean(std::string value) {
    std::replace_if(
        value.begin(),
        value.end(),
        [](char letter) { return letter == '\r' || letter == '\n' || letter == '\0'; },
        ' ');
    const auto first = value.find_first_not_of(" \t");
    const auto last = value.find_last_not_of(" \t");
    return first == std::string::npos ? "" : value.substr(first, last - first + 1);
}

}  // namespace

/// Whether the headers are still within their limit.
bool Http2Request::count(std::string_view name, std::string_view value) {
    if (failure_) {
        return false;
    }
    head_bytes_ += name.size() + value.size() + header_overhead;
    if (head_bytes_ > limits_.header_bytes) {
        fail(431, "the headers are larger than " + std::to_string(limits_.header_bytes) + " bytes");
    }
    return !failure_;
}

void Http2Request::take_header(std::string_view name, std::string_view value) {
    if (!count(name, value)) {
        return;
    }
    if (name == ":method") {
        request_.method = value;
        manner_.head_only = value == "HEAD";
    } else if (name == ":path") {
        request_.target = value;
    } else if (name == ":authority") {
        authority_ = value;
    } else if (name == "cookie") {
        join_cookies(value);
    } else if (!name.starts_with(':')) {
        note_header(name, value);
        request_.headers.push_back({std::string(name), std::string(value)});
    }
}

/// Remembers what concerns the body.
void Http2Request::note_header(std::string_view name, std::string_view value) {
    if (name == "content-length") {
        std::from_chars(value.data(), value.data() + value.size(), content_length_);
    } else if (name == "expect") {
        expects_continue_ = true;
        if (!same_name(value, "100-continue")) {
            fail(417, "only 100-continue can be expected");
        }
    }
}

/// HTTP/2 may send each of them as a header of its own [RFC 9113, 8.2.3].
void Http2Request::join_cookies(std::string_view value) {
    const auto found = std::find_if(
        request_.headers.begin(), request_.headers.end(), [](const HttpHeader& header) {
            return header.name == "cookie";
        });
    if (found == request_.headers.end()) {
        request_.headers.push_back({"cookie", std::string(value)});
    } else {
        found->value.append("; ").append(value);
    }
}

void Http2Request::take_trailer(std::string_view name, std::string_view value) {
    if (count(name, value)) {
        request_.trailers.push_back({std::string(name), std::string(value)});
    }
}

void Http2Request::end_head(bool has_body) {
    has_body_ = has_body;
    head_bytes_ = 0;  // trailers count anew
    if (authority_) {
        // It is the one that counts [RFC 9113, 8.3.1].
        std::erase_if(request_.headers,
                      [](const HttpHeader& header) { return header.name == "host"; });
        request_.headers.insert(request_.headers.begin(), {"Host", *authority_});
    }
    if (!request_.target.starts_with('/') &&
        !(request_.target == "*" && request_.method == "OPTIONS")) {
        fail(400, "the target does not begin with /");
    }
    if (has_body && !failure_) {
        limit_body();
    }
}

void Http2Request::limit_body() {
    body_limit_ = body_limit(request_, limits_);
    if (content_length_ > body_limit_) {
        fail(413, "the body is larger than " + std::to_string(body_limit_) + " bytes");
    }
}

void Http2Request::take_body(std::string_view bytes) {
    if (failure_) {
        return;
    }
    if (bytes.size() >
        body_limit_ - std::min(body_limit_, request_.body_taken + request_.body.size())) {
        fail(413, "the body is larger than " + std::to_string(body_limit_) + " bytes");
        request_.body.clear();
        return;
    }
    request_.body.append(bytes);
}

void Http2Request::drop_body() {
    request_.body_taken += request_.body.size();
    request_.body.clear();
}

void Http2Request::fail(int status, std::string text) {
    if (!failure_) {
        failure_ = {status, std::move(text)};
    }
}

std::vector<HttpHeader> http2_head(const HttpResponse& response,
                                   const HttpManner& manner,
                                   std::string_view date) {
    std::vector<HttpHeader> head{{":status", std::to_string(response.status)},
                                 {"date", std::string(date)}};
    bool length_told = false;
    for (const HttpHeader& header : response.headers) {
        if (!is_of_connection(header.name)) {
            length_told = length_told || same_name(header.name, "content-length");
            head.push_back({header.name, clean(header.value)});
        }
    }
    ENSURE(!length_told || manner.head_only);
    HttpManner with_body = manner;
    with_body.head_only = false;
    if (response.stream == nullptr && !length_told && may_have_body(response, with_body)) {
        head.push_back({"content-length", std::to_string(response.body.size())});
    }
    return head;
}

}  // namespace orrery
