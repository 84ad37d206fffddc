// Filter patterns of event source mappings: the first line is the pattern, the rest what a record's
// sender wrote. A pattern is refused as AWS does, or can be held against any record; JSON is read
// as a full parser reads it.
// iterations: 150000
#include "engine/ensure.h"
#include "services/aws/encoding.h"
#include "services/aws/error.h"
#include "services/lambda/event_filter.h"
#include "services/lambda/json_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace orrery;
using Json = nlohmann::json;

namespace {

/// Every string of a document says the same to both readers.
void compare(std::string_view value, const Json& parsed) {
    std::string scratch;
    if (lambda::is_string(value)) {
        ENSURE(parsed.is_string() &&
               lambda::string_text(value, scratch) == parsed.get<std::string>());
    } else if (lambda::is_array(value)) {
        std::size_t count = 0;
        for (lambda::JsonParts parts(value); parts.next(); ++count) {
            compare(parts.value(), parsed.at(count));
        }
        ENSURE(count == parsed.size());
    }
}

void filter(const std::string& pattern, std::string_view sent, lambda::FilteredSource source) {
    try {
        const lambda::EventFilter filter({pattern}, source);
        Json record{{"messageId", "m"}, {"eventName", "INSERT"}, {"dynamodb", Json::object()}};
        record["body"] = sent;
        record["kinesis"] = {{"partitionKey", "k"}, {"data", aws::base64(sent)}};
        const std::string text = record.dump(-1, ' ', false, Json::error_handler_t::replace);
        const bool admitted = filter.admits(text);
        ENSURE(filter.admits(text) == admitted);
        if (Json::accept(sent)) {
            filter.admits(sent.front() == '{' ? sent : "{}");
        }
    } catch (const aws::ApiError& error) {
        ENSURE(error.code() == "InvalidParameterValueException");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::string pattern(input.substr(0, input.find('\n')).substr(0, 4096));
    const std::string_view sent = input.substr(std::min(pattern.size() + 1, input.size()));
    if (const auto value = lambda::json_value(sent)) {
        // The full parser is stricter about UTF-8 and lone surrogates, and about nothing else.
        const Json parsed = Json::parse(sent, nullptr, false);
        if (!parsed.is_discarded()) {
            compare(*value, parsed);
        }
    } else {
        ENSURE(!Json::accept(sent));
    }
    for (const auto source : {lambda::FilteredSource::sqs,
                              lambda::FilteredSource::kinesis,
                              lambda::FilteredSource::dynamodb}) {
        filter(pattern, sent, source);
    }
    return 0;
}
