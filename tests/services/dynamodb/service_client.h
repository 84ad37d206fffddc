/// DynamoDB as a client sees it: operations by name, answers as JSON, and the clock.
#pragma once

#include "services/dynamodb/dynamodb.h"
#include "tests/services/lives.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace orrery::test {

class ServiceClient : public Lives<dynamodb::DynamoDbService> {
public:
    /// Without a file nothing outlives a restart.
    explicit ServiceClient(std::filesystem::path state_file = {},
                           aws::MetricWriter* metrics = nullptr)
        : Lives(std::move(state_file), [metrics](World& world, aws::Api& api) {
              auto service =
                  std::make_unique<dynamodb::DynamoDbService>(world, aws::Identity{}, metrics);
              api.add(service->api());
              api.add(service->streams_api());
              return service;
          }) {}

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
    /// Operations on items answer as an event.
    Json call_service(const char* service, const std::string& operation, const Json& parameters) {
        std::unique_ptr<aws::ApiResult> answer;
        api().call(service, operation, parameters, [&answer](aws::ApiResult result) {
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
};

/// "ValidationException: " and the text.
inline std::string invalid(const std::string& message) {
    return "ValidationException: " + message;
}
inline std::string invalid_values(const std::string& what) {
    return invalid("One or more parameter values were invalid: " + what);
}

}  // namespace orrery::test
