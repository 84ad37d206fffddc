#include "services/lambda/resource_policy.h"

#include "services/aws/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace orrery::lambda {

void ResourcePolicy::add(Statement statement, std::string revision_id) {
    const bool there = std::any_of(statements_.begin(), statements_.end(), [&](const auto& other) {
        return other.id == statement.id;
    });
    if (there) {
        // [public error logs: terraform-provider-aws]
        throw aws::ApiError("ResourceConflictException",
                            "The statement id (" + statement.id +
                                ") provided already exists. Please provide a new statement id, or "
                                "remove the existing statement.",
                            409);
    }
    statements_.push_back(std::move(statement));
    revision_id_ = std::move(revision_id);
}

void ResourcePolicy::remove(std::string_view id, std::string revision_id) {
    const auto count =
        std::erase_if(statements_, [&](const auto& statement) { return statement.id == id; });
    if (count == 0) {
        // [LS]
        throw aws::ApiError("ResourceNotFoundException",
                            "Statement " + std::string(id) + " is not found in resource policy.",
                            404);
    }
    revision_id_ = std::move(revision_id);
}

std::string ResourcePolicy::document() const {
    // In the order AWS writes them, and statements in the order they were added.
    std::string text = R"({"Version":"2012-10-17","Id":"default","Statement":[)";
    for (const Statement& statement : statements_) {
        text.append(&statement == &statements_.front() ? "" : ",").append(statement.text);
    }
    return text.append("]}");
}

void ResourcePolicy::restore(std::vector<Statement> statements, std::string revision_id) {
    statements_ = std::move(statements);
    revision_id_ = std::move(revision_id);
}

void check_policy_revision(const ResourcePolicy& policy, const std::string& given) {
    if (!given.empty() && given != policy.revision_id()) {
        throw aws::ApiError("PreconditionFailedException",
                            "The Revision Id provided does not match the latest Revision Id. Call "
                            "the GetLayerPolicy API to retrieve the latest Revision Id",
                            412);
    }
}

Json principal_element(const std::string& principal) {
    const bool account =
        principal.size() == 12 && std::all_of(principal.begin(), principal.end(), [](char letter) {
            return letter >= '0' && letter <= '9';
        });
    if (principal == "*") {
        return "*";
    }
    if (account) {
        return {{"AWS", "arn:aws:iam::" + principal + ":root"}};
    }
    if (principal.starts_with("arn:")) {
        return {{"AWS", principal}};
    }
    if (principal.find('.') == std::string::npos) {
        // [public error logs: Terraform]
        throw aws::ApiError("InvalidParameterValueException",
                            "The provided principal was invalid. Please check the principal and "
                            "try again.");
    }
    return {{"Service", principal}};
}

}  // namespace orrery::lambda
