// AddPermission and RemovePermission: they write statements of the queue's Policy, which is kept
// and not enforced.

#include "services/sqs/limits.h"
#include "services/sqs/operations.h"
#include "services/sqs/policies.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace orrery::sqs {

namespace {

/// Keeps the order of members, in which AWS and users write policies.
using Policy = nlohmann::ordered_json;

/// SendMessage, DeleteMessage and ChangeMessageVisibility stand for their batch versions too.
/// [docs: AddPermission]
constexpr std::array<std::string_view, 12> shared_actions{"*",
                                                          "SendMessage",
                                                          "ReceiveMessage",
                                                          "DeleteMessage",
                                                          "ChangeMessageVisibility",
                                                          "GetQueueAttributes",
                                                          "GetQueueUrl",
                                                          "ListDeadLetterSourceQueues",
                                                          "PurgeQueue",
                                                          "StartMessageMoveTask",
                                                          "CancelMessageMoveTask",
                                                          "ListMessageMoveTasks"};
/// Those of which AWS says "Cross-account permissions don't apply to this action". [docs]
constexpr std::array<std::string_view, 9> owner_actions{"AddPermission",
                                                        "CreateQueue",
                                                        "DeleteQueue",
                                                        "ListQueueTags",
                                                        "ListQueues",
                                                        "RemovePermission",
                                                        "SetQueueAttributes",
                                                        "TagQueue",
                                                        "UntagQueue"};

template <std::size_t count>
bool contains(const std::array<std::string_view, count>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void check_actions(const std::vector<std::string>& actions) {
    if (actions.empty()) {
        throw missing_parameter("Actions");
    }
    if (actions.size() > most_statement_actions) {
        throw aws::ApiError("OverLimit",
                            std::to_string(actions.size()) +
                                " Actions were found, maximum allowed is " +
                                std::to_string(most_statement_actions) + ".");
    }
    for (const std::string& action : actions) {
        if (contains(owner_actions, action)) {
            throw invalid_value("SQS:" + action,
                                "ActionName",
                                "Only the queue owner is allowed to invoke this action.");
        }
        if (!contains(shared_actions, action)) {
            throw invalid_value(
                "SQS:" + action,
                "ActionName",
                "Please refer to the appropriate WSDL for a list of valid actions.");
        }
    }
}

void check_accounts(const std::vector<std::string>& accounts) {
    constexpr std::size_t digits = 12;
    std::string listed;
    bool good = !accounts.empty();
    for (const std::string& account : accounts) {
        listed += (listed.empty() ? "" : ", ") + account;
        good = good && account.size() == digits &&
               account.find_first_not_of("0123456789") == std::string::npos;
    }
    if (!good) {
        throw invalid_value("[" + listed + "]", "PrincipalId", "Unable to verify.");
    }
}

/// One text, or the list of several: so AWS writes it.
Policy one_or_list(const std::vector<std::string>& texts) {
    return texts.size() == 1 ? Policy(texts.front()) : Policy(texts);
}

Policy statement_of(const std::string& label,
                    const std::string& arn,
                    const std::vector<std::string>& accounts,
                    const std::vector<std::string>& actions) {
    std::vector<std::string> principals;
    for (const std::string& account : accounts) {
        principals.push_back("arn:aws:iam::" + account + ":root");
    }
    std::vector<std::string> names;
    for (const std::string& action : actions) {
        names.push_back("SQS:" + action);
    }
    return {{"Sid", label},
            {"Effect", "Allow"},
            {"Principal", {{"AWS", one_or_list(principals)}}},
            {"Action", one_or_list(names)},
            {"Resource", arn}};
}

/// The queue's policy, with its statements as a list; a new one if it has none. [docs: CLI
/// get-queue-attributes shows what AddPermission makes]
Policy policy_of(const QueueEntry& entry) {
    const auto found = entry.attributes.find("Policy");
    if (found == entry.attributes.end()) {
        return {{"Version", "2008-10-17"},
                {"Id", entry.queue->arn() + "/SQSDefaultPolicy"},
                {"Statement", Policy::array()}};
    }
    Policy policy = Policy::parse(found->second);
    Policy& statements = policy["Statement"];
    if (statements.is_object()) {
        statements = Policy::array({statements});
    }
    return policy;
}

auto statement_called(Policy& statements, const std::string& label) {
    return std::find_if(statements.begin(), statements.end(), [&label](const Policy& statement) {
        return statement.value("Sid", Policy()) == label;
    });
}

void set_policy(QueueRegistry& registry, QueueEntry& entry, const Policy& policy) {
    const std::string text = policy["Statement"].empty() ? "" : policy.dump();
    if (!text.empty()) {
        check_access_policy(text);
    }
    registry.change_attributes(entry, merged(entry.attributes, {{"Policy", text}}));
}

const std::string& read_label(aws::Parameters& parameters) {
    const std::string& label = required_text(parameters, "Label");
    if (!is_label(label)) {
        throw invalid_value(label,
                            "Label",
                            "Can only include alphanumeric characters, hyphens, or underscores. 1 "
                            "to 80 in length.");
    }
    return label;
}

/// [docs: AddPermission; the errors as public emulators agree on them]
Json add_permission(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "AddPermission");
    QueueEntry& entry = queue_at(registry, parameters);
    const std::string& label = read_label(parameters);
    const std::vector<std::string> accounts = parameters.strings("AWSAccountIds");
    const std::vector<std::string> actions = parameters.strings("Actions");
    parameters.finish();
    check_actions(actions);
    check_accounts(accounts);
    Policy policy = policy_of(entry);
    Policy& statements = policy["Statement"];
    if (statement_called(statements, label) != statements.end()) {
        throw invalid_value(label, "Label", "Already exists.");
    }
    statements.push_back(statement_of(label, entry.queue->arn(), accounts, actions));
    set_policy(registry, entry, policy);
    return Json::object();
}

Json remove_permission(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "RemovePermission");
    QueueEntry& entry = queue_at(registry, parameters);
    const std::string& label = read_label(parameters);
    parameters.finish();
    Policy policy = policy_of(entry);
    Policy& statements = policy["Statement"];
    const auto found = statement_called(statements, label);
    if (found == statements.end()) {
        throw invalid_value(label, "Label", "can't find label.");
    }
    statements.erase(found);
    set_policy(registry, entry, policy);
    return Json::object();
}

}  // namespace

void add_permission_operations(aws::ApiService& service, QueueRegistry& registry) {
    service.add("AddPermission",
                [&registry](const Json& given) { return add_permission(registry, given); });
    service.add("RemovePermission",
                [&registry](const Json& given) { return remove_permission(registry, given); });
}

}  // namespace orrery::sqs
