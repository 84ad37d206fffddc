/// The SQS service as a client sees it: operations by name, answers as JSON.
#pragma once

#include "engine/world.h"
#include "services/sqs/sqs.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace orrery::test {

using namespace std::chrono_literals;

class Client {
public:
    World world;
    sqs::SqsService service{world, aws::Identity{}};

    Client() { api_.add(service.api()); }

    Json call(const char* operation, const Json& parameters) {
        return api_.call_now("sqs", operation, parameters);
    }
    /// "Code: message" of the error, or "" if there was none.
    std::string error(const char* operation, const Json& parameters) {
        try {
            call(operation, parameters);
        } catch (const aws::ApiError& error) {
            return error.code() + ": " + error.message();
        }
        return "";
    }
    void call_later(const char* operation,
                    const Json& parameters,
                    aws::Reply reply,
                    const aws::Caller& caller = {}) {
        api_.call("sqs", operation, parameters, std::move(reply), caller);
    }

    std::string create(const char* name, const Json& attributes = Json::object()) {
        return call("CreateQueue", {{"QueueName", name}, {"Attributes", attributes}})["QueueUrl"];
    }
    void send(const std::string& url, const std::string& body) {
        call("SendMessage", {{"QueueUrl", url}, {"MessageBody", body}});
    }
    Json receive(const std::string& url, Json more = Json::object()) {
        more["QueueUrl"] = url;
        return call("ReceiveMessage", more);
    }
    std::string attribute(const std::string& url, const char* name) {
        return call("GetQueueAttributes",
                    {{"QueueUrl", url}, {"AttributeNames", {name}}})["Attributes"][name];
    }
    void run_for(Duration duration) { world.loop.run_until(world.loop.now() + duration); }

private:
    aws::Api api_;
};

inline constexpr const char* orders_url = "https://sqs.us-east-1.amazonaws.com/000000000000/Orders";

}  // namespace orrery::test
