/// IAM behind its operation table, with short forms of what tests do with it.
#pragma once

#include "engine/world.h"
#include "services/aws/api.h"
#include "services/aws/error.h"
#include "services/iam/iam.h"

#include <nlohmann/json.hpp>

#include <string>

namespace orrery::iam {

inline const std::string trust =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]})";
inline const std::string permissions =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]})";

struct Bench {
    Bench() : service(world, "123456789012") { api.add(service.api()); }

    Json call(const std::string& operation, const Json& parameters = Json::object()) {
        return api.call_now("iam", operation, parameters);
    }
    /// "Code: message", or "no error".
    std::string failure(const std::string& operation,
                        const Json& parameters,
                        const aws::Caller& caller = {}) {
        std::string text = "no error";
        api.call(
            "iam",
            operation,
            parameters,
            [&](const aws::ApiResult& result) {
                if (!result.ok()) {
                    text = result.error().code() + ": " + result.error().message();
                }
            },
            caller);
        return text;
    }
    Json call_as(const std::string& access_key, const std::string& operation, const Json& input) {
        aws::Caller caller;
        caller.access_key = access_key;
        Json answer;
        api.call(
            "iam",
            operation,
            input,
            [&](const aws::ApiResult& result) { answer = result.value(); },
            caller);
        return answer;
    }
    Json make_role(const std::string& name, const std::string& path = "/") {
        return call(
            "CreateRole",
            {{"RoleName", name}, {"Path", path}, {"AssumeRolePolicyDocument", trust}})["Role"];
    }
    Json make_user(const std::string& name) {
        return call("CreateUser", {{"UserName", name}})["User"];
    }
    std::string make_policy(const std::string& name) {
        return call("CreatePolicy",
                    {{"PolicyName", name}, {"PolicyDocument", permissions}})["Policy"]["Arn"];
    }

    World world;
    IamService service;
    aws::Api api;
};

/// The values of `member` in a list, one after the other.
inline std::string each(const Json& list, const std::string& member) {
    std::string text;
    for (const Json& item : list) {
        text += item.at(member).get<std::string>() + " ";
    }
    return text;
}

}  // namespace orrery::iam
