#include "services/kinesis/page_token.h"

#include "services/aws/encoding.h"
#include "services/aws/error.h"
#include "services/kinesis/limits.h"

#include <nlohmann/json.hpp>

namespace orrery::kinesis {

std::string token_text(const Json& place, Instant now) {
    Json token = place;
    token["at"] = now.time_since_epoch().count();
    return aws::base64(token.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Json read_token(std::string_view token, Instant now) {
    const auto bytes = aws::decode_base64(token);
    Json place = bytes ? Json::parse(*bytes, nullptr, false) : Json();
    if (!place.is_object() || !place.contains("at") || !place["at"].is_number_integer() ||
        !place.contains("after") || !place["after"].is_string()) {
        throw aws::ApiError("InvalidArgumentException", "NextToken is invalid");  // (unverified)
    }
    const Instant made(Duration(place["at"].get<std::int64_t>()));
    if (made + limits::token_life < now) {
        // (wording unverified)
        throw aws::ApiError("ExpiredNextTokenException",
                            "NextToken has expired. The token was created at time " +
                                iso8601(made) + " while right now it is " + iso8601(now));
    }
    return place;
}

}  // namespace orrery::kinesis
