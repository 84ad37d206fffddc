// `queue`: the messages that lie in a queue and how many they are; looking does not receive them.

#include "engine/world.h"
#include "scenarios/language/expectation.h"
#include "scenarios/language/explanation.h"
#include "scenarios/language/matching.h"
#include "scenarios/language/names.h"
#include "scenarios/language/node_reader.h"
#include "scenarios/language/stage.h"
#include "services/services.h"
#include "services/sqs/message_json.h"
#include "services/sqs/sqs.h"

#include <nlohmann/json.hpp>

namespace orrery {

namespace {

std::string_view state_name(sqs::MessageState state) {
    switch (state) {
        case sqs::MessageState::visible: return "visible";
        case sqs::MessageState::in_flight: return "in_flight";
        case sqs::MessageState::delayed: break;
    }
    return "delayed";
}

/// In AWS's names and forms, as ReceiveMessage would give them.
Json message_view(const sqs::MessageSnapshot& message) {
    Json attributes{{"ApproximateReceiveCount", std::to_string(message.receive_count)},
                    {"SentTimestamp", std::to_string(epoch_millis(message.sent_at))}};
    if (!message.dead_letter_source.empty()) {
        attributes["DeadLetterQueueSourceArn"] = message.dead_letter_source;
    }
    return {{"message_id", message.message_id},
            {"body", message.body},
            {"state", state_name(message.state)},
            {"attributes", attributes},
            {"message_attributes", sqs::message_attributes_json(message.attributes)}};
}

Json queue_view(const sqs::Queue& queue) {
    Json messages = Json::array();
    for (const sqs::MessageSnapshot& message : queue.snapshot()) {
        messages.push_back(message_view(message));
    }
    const sqs::QueueDepth depth = queue.depth();
    return {
        {"messages", messages},
        {"depth",
         {{"visible", depth.visible}, {"in_flight", depth.in_flight}, {"delayed", depth.delayed}}}};
}

class QueueExpectation : public Expectation {
public:
    explicit QueueExpectation(const DocumentNode& node)
        : Expectation(node, expectation_title(node, "queue")) {}

    void check_names(const Names& names) const override {
        names.require_resource(*node_.find("queue"), resource_types::queue, "queue");
        names.require_references(node_);
    }

    Finding check(Stage& stage) const override {
        const std::string url = stage.physical_id(node_.find("queue")->text);
        const sqs::Queue* queue = stage.cloud.sqs().find_by_url(url);
        if (queue == nullptr || queue->closed()) {
            return "there is no queue " + url + " any more";
        }
        const Json view = queue_view(*queue);
        if (const auto difference = stage.first_difference(node_, "queue", view)) {
            const std::string part =
                difference->path.substr(0, difference->path.find_first_of(".["));
            return explain(*difference, view.value(part, view)) +
                   nearest_events(stage.world, "the queue", from_source("sqs/" + queue->name()));
        }
        return std::nullopt;
    }
};

/// Whether `node` names members of what it expects, and not matchers or a reference.
bool states_members(const DocumentNode& node) {
    return node.is_mapping() && node.tag.empty() &&
           (node.members.empty() || !node.members.front().key.text.starts_with('$'));
}

/// A misspelt member could match by accident: `{sttae: {$absent: true}}`. So within matchers too.
void check_messages(const DocumentNode& node) {
    if (states_members(node)) {
        expect_keys(
            node, {"message_id", "body", "state", "attributes", "message_attributes"}, "a message");
        return;
    }
    for (const DocumentNode& item : node.items) {
        check_messages(item);
    }
    for (const auto& [matcher, argument] : node.members) {
        if (matcher.text == "$not" || matcher.text == "$unordered") {
            check_messages(argument);
        }
    }
}

}  // namespace

std::unique_ptr<Expectation> parse_queue_expectation(const DocumentNode& node) {
    expect_keys(node, {"queue", "messages", "depth"}, "a queue expectation");
    require_any_of(node, {"messages", "depth"}, "a queue expectation");
    check_matchers(node);
    if (const DocumentNode* messages = node.find("messages")) {
        check_messages(*messages);
    }
    if (const DocumentNode* depth = node.find("depth");
        depth != nullptr && states_members(*depth)) {
        const std::vector<std::string_view> counts{"visible", "in_flight", "delayed"};
        expect_keys(*depth, counts, "'depth'");
        require_any_of(*depth, counts, "'depth'");
    }
    return std::make_unique<QueueExpectation>(node);
}

}  // namespace orrery
