#include "services/iam/policy_document.h"

#include "services/aws/error.h"
#include "services/aws/form.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace orrery::iam {

namespace {

using Json = nlohmann::json;

[[noreturn]] void malformed(const std::string& message) {
    throw aws::ApiError("MalformedPolicyDocumentException", message);
}

[[noreturn]] void bad_syntax(DocumentUse use) {
    malformed(use == DocumentUse::identity ? "Syntax errors in policy."
                                           : "This policy contains invalid Json");
}

template <std::size_t count>
bool has_only(const Json& object, const std::array<std::string_view, count>& names) {
    return std::all_of(object.items().begin(), object.items().end(), [&](const auto& item) {
        return std::find(names.begin(), names.end(), item.key()) != names.end();
    });
}

/// A text or a list of texts.
std::vector<std::string> texts(const Json& value, DocumentUse use) {
    std::vector<std::string> all;
    for (const Json& each : value.is_array() ? value : Json::array({value})) {
        if (!each.is_string()) {
            bad_syntax(use);
        }
        all.push_back(each.get<std::string>());
    }
    return all;
}

/// The texts of the one of two members that is there.
std::vector<std::string> either(const Json& statement,
                                const char* name,
                                const char* opposite,
                                DocumentUse use) {
    if (statement.contains(name) && statement.contains(opposite)) {
        bad_syntax(use);
    }
    const auto found = statement.find(statement.contains(name) ? name : opposite);
    return found == statement.end() ? std::vector<std::string>{} : texts(*found, use);
}

// The messages are AWS's, as issue trackers quote them: "Policy statement must contain actions."
// (aws/aws-cdk 7615), "... resources." (trussworks/terraform-aws-s3-anti-virus 28), "Policy
// document should not specify a principal." (hashicorp/terraform 13449), "Resource ... must be in
// ARN format" (ministryofjustice/modernisation-platform-environments 590).
void check_identity_statement(const Json& statement, const std::vector<std::string>& actions) {
    if (statement.contains("Principal") || statement.contains("NotPrincipal")) {
        malformed("Policy document should not specify a principal.");
    }
    if (actions.empty()) {
        malformed("Policy statement must contain actions.");
    }
    const auto resources = either(statement, "Resource", "NotResource", DocumentUse::identity);
    if (resources.empty()) {
        malformed("Policy statement must contain resources.");
    }
    for (const std::string& action : actions) {
        if (action != "*" && action.find(':') == std::string::npos) {
            malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
        }
    }
    for (const std::string& resource : resources) {
        if (resource.find('*') != 0 && !resource.starts_with("arn:")) {
            malformed("Resource " + resource + " must be in ARN format or \"*\".");
        }
    }
}

void check_trust_statement(const Json& statement, const std::vector<std::string>& actions) {
    for (const char* name : {"Resource", "NotResource"}) {
        if (statement.contains(name)) {
            malformed("Has prohibited field " + std::string(name));
        }
    }
    if (!statement.contains("Principal") && !statement.contains("NotPrincipal")) {
        malformed("Missing required field Principal");
    }
    if (actions.empty()) {
        malformed("Missing required field Action");
    }
    for (const std::string& action : actions) {
        if (action != "*" && !action.starts_with("sts:")) {
            malformed("AssumeRole policy may only specify STS AssumeRole actions.");
        }
    }
}

void check_statement(const Json& statement, DocumentUse use, std::set<std::string>& ids) {
    constexpr std::array<std::string_view, 9> members{"Sid",
                                                      "Effect",
                                                      "Principal",
                                                      "NotPrincipal",
                                                      "Action",
                                                      "NotAction",
                                                      "Resource",
                                                      "NotResource",
                                                      "Condition"};
    if (!statement.is_object() || !has_only(statement, members)) {
        bad_syntax(use);
    }
    const auto effect = statement.find("Effect");
    if (effect == statement.end() || (*effect != "Allow" && *effect != "Deny")) {
        bad_syntax(use);
    }
    if (const auto id = statement.find("Sid"); id != statement.end()) {
        if (!id->is_string()) {
            bad_syntax(use);
        }
        const std::string text = id->get<std::string>();
        if (!text.empty() && !ids.insert(text).second) {
            malformed("Statement IDs (SID) in a single policy must be unique.");
        }
    }
    const auto actions = either(statement, "Action", "NotAction", use);
    if (use == DocumentUse::identity) {
        check_identity_statement(statement, actions);
    } else {
        check_trust_statement(statement, actions);
    }
}

}  // namespace

void check_document(std::string_view document, DocumentUse use) {
    constexpr std::array<std::string_view, 3> members{"Version", "Id", "Statement"};
    const Json policy = Json::parse(document, nullptr, false);
    if (!policy.is_object() || !has_only(policy, members) || !policy.contains("Statement")) {
        bad_syntax(use);
    }
    const Json version = policy.value("Version", Json("2008-10-17"));
    if (version != "2012-10-17" && version != "2008-10-17") {
        bad_syntax(use);
    }
    if (use == DocumentUse::identity && version != "2012-10-17") {
        malformed("Policy document must be version 2012-10-17 or greater.");
    }
    const Json& given = policy.at("Statement");
    const Json statements = given.is_array() ? given : Json::array({given});
    if (statements.empty()) {
        bad_syntax(use);
    }
    std::set<std::string> ids;
    for (const Json& statement : statements) {
        check_statement(statement, use, ids);
    }
}

std::string encoded_document(std::string_view document) {
    return aws::percent_encode(document);
}

std::size_t document_size(std::string_view document) {
    return static_cast<std::size_t>(std::count_if(document.begin(), document.end(), [](char c) {
        return c != ' ' && c != '\t' && c != '\n' && c != '\r';
    }));
}

}  // namespace orrery::iam
