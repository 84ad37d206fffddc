#include "services/aws/event_stream.h"

#include "engine/ensure.h"
#include "services/aws/crc32.h"
#include "services/aws/http_binding.h"
#include "services/aws/rest_json_body.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>

namespace orrery::aws {

namespace {

constexpr char text_value = 7;

void append_number(std::string& out, std::uint64_t number, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xFFU));
    }
}

void append_checksum(std::string& out) {
    append_number(out, crc32(out), 4);
}

}  // namespace

std::string event_stream_message(
    const std::vector<std::pair<std::string_view, std::string_view>>& headers,
    std::string_view payload) {
    std::string encoded;
    for (const auto& [name, value] : headers) {
        append_number(encoded, name.size(), 1);
        encoded.append(name).push_back(text_value);
        append_number(encoded, value.size(), 2);
        encoded.append(value);
    }
    constexpr std::size_t around = 16;  // two lengths and two checksums
    std::string message;
    append_number(message, encoded.size() + payload.size() + around, 4);
    append_number(message, encoded.size(), 4);
    append_checksum(message);
    message.append(encoded).append(payload);
    append_checksum(message);
    return message;
}

std::string encode_event(const Json& event, const Shape& stream) {
    ENSURE(event.is_object() && event.size() == 1);
    const auto only = event.begin();
    const std::string& name = only.key();
    const Json& value = only.value();
    const Member* member = stream.find(name);
    ENSURE(member != nullptr);
    const auto& members = member->shape->members;
    const auto payload = std::find_if(
        members.begin(), members.end(), [](const Member& each) { return each.event_payload; });
    std::string bytes;
    const bool raw = payload != members.end() && is_raw(*payload);
    if (raw) {
        bytes = write_raw_payload(value.at(payload->name), *payload);
    } else {
        append_rest_json(bytes, value, *member->shape);
    }
    const bool failed = member->shape->error.has_value();
    return event_stream_message(
        {{":message-type", failed ? "exception" : "event"},
         {failed ? ":exception-type" : ":event-type", name},
         {":content-type", raw ? "application/octet-stream" : "application/json"}},
        bytes);
}

void stream_events(const ApiResult::Events& events, const Shape& output, HttpResponse& response) {
    const Member* member = output.find(events.member);
    ENSURE(member != nullptr && member->shape->event_stream);
    // Where an answer has a body besides, it is the first event. [docs: Smithy, event streams of
    // RPC protocols]
    if (!response.body.empty()) {
        const std::string* type = find_header(response.headers, "Content-Type");
        ENSURE(type != nullptr);
        response.body = event_stream_message({{":message-type", "event"},
                                              {":event-type", "initial-response"},
                                              {":content-type", *type}},
                                             response.body);
    }
    std::erase_if(response.headers,
                  [](const HttpHeader& header) { return same_name(header.name, "Content-Type"); });
    response.headers.push_back({"Content-Type", "application/vnd.amazon.eventstream"});
    const auto bytes = std::make_shared<Pipe<std::string>>();
    events.pipe->read([bytes, &stream = *member->shape](
                          const Json& event) { bytes->write(encode_event(event, stream)); },
                      [bytes](PipeEnd how) { bytes->end(how); });
    response.stream = bytes;
}

}  // namespace orrery::aws
