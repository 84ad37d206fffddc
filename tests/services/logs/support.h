/// A CloudWatch Logs service with short forms of what its tests do with it.
#pragma once

#include "engine/world.h"
#include "services/aws/error.h"
#include "services/logs/logs.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace orrery::logs::test {

class Bench {
public:
    Bench() : service(world, aws::Identity{}) { api_.add(service.api()); }

    Json call(const std::string& operation, const Json& parameters) {
        return api_.call_now("logs", operation, parameters);
    }
    std::string failure(const std::string& operation, const Json& parameters) {
        std::string text = "no error";
        api_.call("logs", operation, parameters, [&](const aws::ApiResult& result) {
            if (!result.ok()) {
                text = result.error().code() + ": " + result.error().message();
            }
        });
        return text;
    }
    /// "/app" with the stream "s".
    void make_stream() {
        call("CreateLogGroup", {{"logGroupName", "/app"}});
        call("CreateLogStream", {{"logGroupName", "/app"}, {"logStreamName", "s"}});
    }
    /// Puts messages "0", "1", … at these times.
    Json put(const std::vector<std::int64_t>& timestamps) {
        Json events = Json::array();
        for (const std::int64_t timestamp : timestamps) {
            events.push_back(
                {{"timestamp", timestamp}, {"message", std::to_string(events.size())}});
        }
        return call("PutLogEvents", stream_and({{"logEvents", events}}));
    }
    static Json stream_and(Json more) {
        more["logGroupName"] = "/app";
        more["logStreamName"] = "s";
        return more;
    }
    static Json group_and(Json more) {
        more["logGroupName"] = "/app";
        return more;
    }
    std::int64_t now() const { return epoch_millis(world.loop.now()); }
    void run_for(Duration duration) { world.loop.run_until(world.loop.now() + duration); }
    std::vector<std::string> messages(const std::string& group = "/app") const {
        std::vector<std::string> found;
        for (const LogLine& line : service.events(group)) {
            found.emplace_back(line.message);
        }
        return found;
    }

    World world;
    LogsService service;

private:
    aws::Api api_;
};

/// The messages of an answer's events, each followed by a space.
inline std::string joined(const Json& events) {
    std::string text;
    for (const Json& event : events) {
        text += event["message"].get<std::string>() + " ";
    }
    return text;
}

/// What a member of a list's items is, each followed by a space.
inline std::string listed(const Json& items, const char* member) {
    std::string text;
    for (const Json& item : items) {
        text += item[member].get<std::string>() + " ";
    }
    return text;
}

}  // namespace orrery::logs::test
