/// DynamoDB as a client sees it: operations by name, answers as JSON, and the clock.
#pragma once

#include "engine/store.h"
#include "engine/world.h"
#include "services/dynamodb/dynamodb.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace orrery::test {

using namespace std::chrono_literals;

class ServiceClient {
public:
    /// Without a file nothing outlives a restart.
    explicit ServiceClient(std::filesystem::path state_file = {},
                           aws::MetricWriter* metrics = nullptr)
        : state_file_(std::move(state_file)), metrics_(metrics) {
        begin(default_start);
    }
    ~ServiceClient() { end(); }
    ServiceClient(const ServiceClient&) = delete;
    ServiceClient& operator=(const ServiceClient&) = delete;

    /// The process ends, and another one goes on at the same instant.
    void restart() {
        run_for(0s);  // what is due is committed
        const Instant now = world().loop.now();
        end();
        begin(now);
    }

    World& world() { return *world_; }
    dynamodb::DynamoDbService& service() { return *service_; }

    Json call(const std::string& operation, const Json& parameters) {
        return call_service("dynamodb", operation, parameters);
    }
    Json stream_call(const std::string& operation, const Json& parameters) {
        return call_service("dynamodbstreams", operation, parameters);
    }
    /// "Code: message" of the error, or "" if there was none.
    std::string error(const std::string& operation, const Json& parameters) {
        return error_of("dynamodb", operation, parameters);
    }
    std::string stream_error(const std::string& operation, const Json& parameters) {
        return error_of("dynamodbstreams", operation, parameters);
    }

    void run_for(Duration duration) { world().loop.run_until(world().loop.now() + duration); }

    /// A table on demand with the hash key "id" (S), and `more` of CreateTable's parameters, which
    /// is active.
    Json create(const std::string& name, const Json& more = Json::object()) {
        Json parameters = simple_table(name);
        parameters.merge_patch(more);
        call("CreateTable", parameters);
        run_for(6s);
        return describe(name);
    }
    static Json simple_table(const std::string& name) {
        return {{"TableName", name},
                {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}},
                {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
                {"BillingMode", "PAY_PER_REQUEST"}};
    }
    Json describe(const std::string& name) {
        return call("DescribeTable", {{"TableName", name}})["Table"];
    }
    void put(const std::string& table, const Json& item) {
        call("PutItem", {{"TableName", table}, {"Item", item}});
    }
    void remove(const std::string& table, const std::string& id) {
        call("DeleteItem", {{"TableName", table}, {"Key", {{"id", {{"S", id}}}}}});
    }
    /// The ids of a table's items, in alphabetical order.
    std::string ids(const std::string& table) {
        std::vector<std::string> found;
        const Json answer = call("Scan", {{"TableName", table}});
        for (const Json& item : answer.at("Items")) {
            found.push_back(item["id"]["S"]);
        }
        std::sort(found.begin(), found.end());
        std::string text;
        for (const std::string& id : found) {
            text += (text.empty() ? "" : " ") + id;
        }
        return text;
    }

private:
    void begin(Instant start) {
        world_ = std::make_unique<World>(1, start);
        if (!state_file_.empty()) {
            store_ = std::make_unique<Store>(world_->loop, state_file_);
            world_->store = store_.get();
        }
        service_ = std::make_unique<dynamodb::DynamoDbService>(*world_, aws::Identity{}, metrics_);
        api_ = std::make_unique<aws::Api>();
        api_->add(service_->api());
        api_->add(service_->streams_api());
    }
    void end() {
        api_.reset();
        service_.reset();
        store_.reset();
        world_.reset();
    }

    /// Operations on items answer as an event.
    Json call_service(const char* service, const std::string& operation, const Json& parameters) {
        std::unique_ptr<aws::ApiResult> answer;
        api_->call(service, operation, parameters, [&answer](aws::ApiResult result) {
            answer = std::make_unique<aws::ApiResult>(std::move(result));
        });
        while (answer == nullptr && world().loop.step()) {
        }
        if (!answer->ok()) {
            throw answer->error();
        }
        return answer->value();
    }
    std::string error_of(const char* service,
                         const std::string& operation,
                         const Json& parameters) {
        try {
            call_service(service, operation, parameters);
        } catch (const aws::ApiError& error) {
            return error.code() + ": " + error.message();
        }
        return "";
    }

    std::filesystem::path state_file_;
    aws::MetricWriter* metrics_;
    std::unique_ptr<World> world_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<dynamodb::DynamoDbService> service_;
    std::unique_ptr<aws::Api> api_;
};

/// "ValidationException: " and the text.
inline std::string invalid(const std::string& message) {
    return "ValidationException: " + message;
}
inline std::string invalid_values(const std::string& what) {
    return invalid("One or more parameter values were invalid: " + what);
}

}  // namespace orrery::test
