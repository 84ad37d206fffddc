#include "engine/net/http_framing.h"

#include "engine/ensure.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>

namespace orrery {

namespace {

constexpr std::size_t default_body_bytes = 16U << 20;
// A chunk's size with its extensions, which nobody needs.
constexpr std::size_t most_chunk_line = 4096;

using Letters = std::array<bool, 256>;

constexpr Letters letters(std::string_view others) {
    Letters table{};
    for (unsigned letter = 0; letter < table.size(); ++letter) {
        const char c = static_cast<char>(letter);
        table[letter] = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                        (c >= 'a' && c <= 'z') || others.find(c) != std::string_view::npos;
    }
    return table;
}

/// Everything that shows, and letters beyond ASCII, and what is in `others`.
constexpr Letters visible_and(std::string_view others) {
    Letters table{};
    for (unsigned letter = 0; letter < table.size(); ++letter) {
        table[letter] = (letter > 0x20 && letter != 0x7f) ||
                        others.find(static_cast<char>(letter)) != std::string_view::npos;
    }
    return table;
}

constexpr Letters token_letters = letters("!#$%&'*+-.^_`|~");
constexpr Letters host_letters = letters("!$%&'()*+-.:;=[]_~");
constexpr Letters target_letters = visible_and("");
constexpr Letters value_letters = visible_and(" \t");

bool consists_of(std::string_view text, const Letters& allowed) {
    return std::all_of(text.begin(), text.end(), [&](char letter) {
        return allowed[static_cast<unsigned char>(letter)];
    });
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    return begin == std::string_view::npos
               ? std::string_view()
               : text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

bool starts_with_name(std::string_view text, std::string_view name) {
    return text.size() >= name.size() && same_name(text.substr(0, name.size()), name);
}

/// All of `text` in that base, without sign or blanks; nothing if it is anything else.
std::optional<std::size_t> number(std::string_view text, int base) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

std::size_t HttpParser::take(std::string_view bytes) {
    const std::size_t given = bytes.size();
    while (step(bytes)) {
    }
    return given - bytes.size();
}

bool HttpParser::take_expectation() {
    return std::exchange(expects_continue_, false);
}

HttpRequest HttpParser::release() {
    ENSURE(complete());
    HttpRequest request = std::move(request_);
    request_ = {};
    manner_ = {};
    state_ = State::request_line;
    head_bytes_ = 0;
    content_length_.reset();
    authority_.clear();
    hosts_ = 0;
    transfer_encodings_ = 0;
    closes_ = false;
    expects_continue_ = false;
    return request;
}

void HttpParser::drop_body() {
    request_.body_taken += request_.body.size();
    request_.body.clear();
}

/// One step of reading; returns whether the next one may be tried.
bool HttpParser::step(std::string_view& bytes) {
    if (state_ == State::complete || state_ == State::failed) {
        return false;
    }
    if (state_ == State::sized_body || state_ == State::chunk) {
        take_body(bytes, state_ == State::chunk ? State::chunk_end : State::complete);
        return missing_ == 0;
    }
    if (state_ == State::chunk_end) {
        return take_chunk_end(bytes);
    }
    const auto line = take_line(bytes);
    if (!line) {
        return false;
    }
    switch (state_) {
        case State::request_line: read_request_line(*line); break;
        case State::header:
        case State::trailer: read_header(*line); break;
        default: read_chunk_size(*line);
    }
    return true;
}

/// The line in front, without its end; nothing if it has not come whole, or is too long.
std::optional<std::string_view> HttpParser::take_line(std::string_view& bytes) {
    const bool chunk = state_ == State::chunk_size;
    const std::size_t most = chunk ? most_chunk_line : limits_.header_bytes;
    const auto end = bytes.find('\n', std::exchange(searched_, 0));
    const std::size_t size = end == std::string_view::npos ? bytes.size() : end + 1;
    if (head_bytes_ + size > most) {
        fail(chunk ? 400 : 431,
             (chunk ? "the line of a chunk's size is" : "the headers are") +
                 (" larger than " + std::to_string(most)) + " bytes");
        return std::nullopt;
    }
    if (end == std::string_view::npos) {
        searched_ = size;
        return std::nullopt;
    }
    if (end == 0 || bytes[end - 1] != '\r') {
        fail(400, "a line ends without a carriage return");
        return std::nullopt;
    }
    head_bytes_ += size;
    const std::string_view line = bytes.substr(0, end - 1);
    bytes.remove_prefix(size);
    return line;
}

void HttpParser::read_request_line(std::string_view line) {
    if (line.empty()) {
        return;  // some clients send one after a body [RFC 9112, 2.2]
    }
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    const std::string_view version = last == std::string_view::npos ? "" : line.substr(last + 1);
    if (first == last || !version.starts_with("HTTP/")) {
        return fail(400, "the request line is not a method, a target and a version");
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        return fail(consists_of(version, visible_and("")) ? 505 : 400,
                    "only HTTP/1.1 and HTTP/1.0 are spoken here");
    }
    manner_.old = version == "HTTP/1.0";
    manner_.keep_alive = !manner_.old;
    request_.method = line.substr(0, first);
    manner_.head_only = request_.method == "HEAD";
    if (request_.method.empty() || !consists_of(request_.method, token_letters)) {
        return fail(400, "the method is not a word");
    }
    state_ = State::header;
    read_target(line.substr(first + 1, last - first - 1));
}

void HttpParser::read_target(std::string_view target) {
    if (target.empty() || !consists_of(target, target_letters)) {
        return fail(400, "the target is empty or has blanks or control characters");
    }
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (starts_with_name(target, scheme)) {
            target.remove_prefix(scheme.size());
            const auto end = std::min(target.find_first_of("/?#"), target.size());
            authority_ = target.substr(0, end);
            target.remove_prefix(end);
            if (authority_.empty() || !consists_of(authority_, host_letters)) {
                return fail(400, "the target's host is no host");
            }
            request_.target = target.starts_with('/') ? "" : "/";
            request_.target += target;
            return;
        }
    }
    if (target.front() != '/' && !(target == "*" && request_.method == "OPTIONS")) {
        return fail(400, "the target does not begin with /");
    }
    request_.target = target;
}

void HttpParser::read_header(std::string_view line) {
    if (line.empty()) {
        if (state_ == State::header) {
            judge_head();
        } else {
            state_ = State::complete;
        }
        return;
    }
    std::optional<HttpHeader> header = split_header(line);
    if (!header) {
        return;
    }
    if (state_ == State::trailer) {
        // What has been judged by its head is not changed by trailers [RFC 9110, 6.5.1].
        request_.trailers.push_back(std::move(*header));
        return;
    }
    note_header(*header);
    request_.headers.push_back(std::move(*header));
}

std::optional<HttpHeader> HttpParser::split_header(std::string_view line) {
    const auto colon = line.find(':');
    if (line.front() == ' ' || line.front() == '\t') {
        fail(400, "a header is folded over several lines");
    } else if (colon == std::string_view::npos) {
        fail(400, "a header has no colon");
    } else if (colon == 0 || !consists_of(line.substr(0, colon), token_letters)) {
        fail(400, "a header's name is not a word");
    } else if (!consists_of(line.substr(colon + 1), value_letters)) {
        fail(400, "a header's value has control characters");
    } else {
        return HttpHeader{std::string(line.substr(0, colon)),
                          std::string(trimmed(line.substr(colon + 1)))};
    }
    return std::nullopt;
}

/// Remembers what concerns the framing.
void HttpParser::note_header(const HttpHeader& header) {
    const auto is = [&](std::string_view name) { return same_name(header.name, name); };
    if (is("Content-Length")) {
        note_content_length(header.value);
    } else if (is("Transfer-Encoding")) {
        ++transfer_encodings_;
        if (!same_name(header.value, "chunked")) {
            fail(400, "the transfer coding is not chunked, the only one known here");
        }
    } else if (is("Host")) {
        ++hosts_;
        if (!consists_of(header.value, host_letters)) {
            fail(400, "the Host is no host");
        }
    } else if (is("Connection")) {
        note_connection(header.value);
    } else if (is("Expect")) {
        expects_continue_ = !manner_.old;
        if (!same_name(header.value, "100-continue")) {
            fail(417, "only 100-continue can be expected");
        }
    }
}

void HttpParser::note_content_length(std::string_view text) {
    const auto length = number(text, 10);
    if (!length) {
        fail(400, "the Content-Length is not a number");
    } else if (content_length_ && *content_length_ != *length) {
        fail(400, "two Content-Length headers differ");
    }
    content_length_ = length;
}

void HttpParser::note_connection(std::string_view tokens) {
    while (!tokens.empty()) {
        const auto comma = std::min(tokens.find(','), tokens.size());
        const std::string_view token = trimmed(tokens.substr(0, comma));
        tokens.remove_prefix(std::min(comma + 1, tokens.size()));
        closes_ = closes_ || same_name(token, "close");
        manner_.keep_alive = manner_.keep_alive || same_name(token, "keep-alive");
    }
}

/// The head is there: what body follows?
void HttpParser::judge_head() {
    if (hosts_ > 1 || (hosts_ == 0 && !manner_.old)) {
        return fail(400, hosts_ > 1 ? "there are several Host headers" : "there is no Host header");
    }
    if (transfer_encodings_ > 0 && (content_length_ || transfer_encodings_ > 1 || manner_.old)) {
        return fail(400, "the length of the body is told in more than one way");
    }
    if (!authority_.empty()) {
        // The target's host is the one that counts [RFC 9112, 3.2.2].
        std::erase_if(request_.headers,
                      [](const HttpHeader& header) { return same_name(header.name, "Host"); });
        request_.headers.push_back({"Host", authority_});
    }
    manner_.keep_alive = manner_.keep_alive && !closes_;
    head_bytes_ = 0;
    missing_ = content_length_.value_or(0);
    if (transfer_encodings_ > 0) {
        state_ = State::chunk_size;
    } else if (missing_ > 0) {
        state_ = State::sized_body;
    } else {
        state_ = State::complete;
        return;
    }
    limit_body();
}

void HttpParser::limit_body() {
    body_limit_ = body_limit(request_, limits_);
    if (missing_ > body_limit_) {
        return fail(413, "the body is larger than " + std::to_string(body_limit_) + " bytes");
    }
    // Memory for what a client merely announces is not its to take.
    constexpr std::size_t most_reserved = 64 * 1024;
    request_.body.reserve(std::min(missing_, most_reserved));
}

void HttpParser::read_chunk_size(std::string_view line) {
    expects_continue_ = false;
    const auto semicolon = line.find(';');
    std::string_view digits = line.substr(0, semicolon);
    if (semicolon != std::string_view::npos) {
        digits = digits.substr(0, digits.find_last_not_of(" \t") + 1);
    }
    const auto size = number(digits, 16);
    if (!size || !consists_of(line, value_letters)) {
        return fail(400, "a chunk's size is not a hexadecimal number");
    }
    if (*size > body_limit_ - std::min(body_limit_, request_.body_taken + request_.body.size())) {
        return fail(413, "the body is larger than " + std::to_string(body_limit_) + " bytes");
    }
    head_bytes_ = 0;
    missing_ = *size;
    state_ = missing_ > 0 ? State::chunk : State::trailer;
}

void HttpParser::take_body(std::string_view& bytes, State next) {
    const std::size_t size = std::min(missing_, bytes.size());
    expects_continue_ = expects_continue_ && size == 0;
    request_.body.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
    missing_ -= size;
    if (missing_ == 0) {
        state_ = next;
    }
}

bool HttpParser::take_chunk_end(std::string_view& bytes) {
    constexpr std::string_view end = "\r\n";
    if (!bytes.starts_with(end.substr(0, bytes.size()))) {
        fail(400, "a chunk is longer than its size");
    } else if (bytes.size() >= end.size()) {
        bytes.remove_prefix(end.size());
        state_ = State::chunk_size;
        return true;
    }
    return false;
}

void HttpParser::fail(int status, std::string text) {
    if (state_ != State::failed) {
        state_ = State::failed;
        manner_.keep_alive = false;
        failure_ = {status, std::move(text)};
    }
}

namespace {

struct Reason {
    int status;
    std::string_view text;
};

constexpr Reason reasons[]{
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Payload Too Large"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

std::string_view reason_of(int status) {
    const auto* found = std::find_if(std::begin(reasons),
                                     std::end(reasons),
                                     [&](const Reason& one) { return one.status == status; });
    return found == std::end(reasons) ? "Unknown" : found->text;
}

/// A value from somewhere must not become a header of its own, or the end of the head.
void append_value(std::string& text, std::string_view value) {
    const std::size_t begin = text.size();
    text.append(value);
    std::replace_if(
        text.begin() + static_cast<std::ptrdiff_t>(begin),
        text.end(),
        [](char letter) { return letter == '\r' || letter == '\n' || letter == '\0'; },
        ' ');
}

bool is_bodiless(int status) {
    constexpr int no_content = 204;
    constexpr int not_modified = 304;
    return status < 200 || status == no_content || status == not_modified;
}

}  // namespace

std::size_t body_limit(const HttpRequest& head, const HttpLimits& limits) {
    return limits.body_bytes ? limits.body_bytes(head) : default_body_bytes;
}

bool may_have_body(const HttpResponse& response, const HttpManner& manner) {
    return !is_bodiless(response.status) && !manner.head_only;
}

std::string render_response(const HttpResponse& response,
                            const HttpManner& manner,
                            std::string_view date) {
    const bool bodiless = is_bodiless(response.status);
    const bool with_body = may_have_body(response, manner);
    constexpr std::size_t usual_head = 512;
    std::string text;
    text.reserve(usual_head + (with_body ? response.body.size() : 0));
    text.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    text.append(reason_of(response.status)).append("\r\nDate: ").append(date);
    for (const HttpHeader& header : response.headers) {
        text.append("\r\n");
        append_value(text, header.name);
        text.append(": ");
        append_value(text, header.value);
    }
    const bool length_told = find_header(response.headers, "Content-Length") != nullptr;
    ENSURE(!length_told || manner.head_only);
    if (response.stream != nullptr) {
        text.append(bodiless || manner.old ? "" : "\r\nTransfer-Encoding: chunked");
    } else if (!bodiless && !length_told) {
        text.append("\r\nContent-Length: ").append(std::to_string(response.body.size()));
    }
    if (!manner.keep_alive) {
        text.append("\r\nConnection: close");
    } else if (manner.old) {
        text.append("\r\nConnection: keep-alive");
    }
    text.append("\r\n\r\n");
    if (with_body && response.stream == nullptr) {
        text.append(response.body);
    } else if (with_body && !response.body.empty()) {
        text.append(render_piece(response.body, manner));
    }
    return text;
}

std::string render_piece(std::string_view piece, const HttpManner& manner) {
    if (manner.old) {
        return std::string(piece);
    }
    std::array<char, 2 * sizeof piece.size()> digits{};
    const auto written =
        std::to_chars(digits.data(), digits.data() + digits.size(), piece.size(), 16);
    std::string text(digits.data(), written.ptr);
    return text.append("\r\n").append(piece).append("\r\n");
}

}  // namespace orrery
