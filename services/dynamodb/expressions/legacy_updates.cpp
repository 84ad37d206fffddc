// AttributeUpdates, the parameter from before UpdateExpression. [docs: LegacyConditionalParameters.
// AttributeUpdates] Texts: [dyl].
#include "services/dynamodb/expressions/update_node.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

namespace orrery::dynamodb {

namespace {

void check_type(const std::string& action, AttributeType type) {
    const std::string name(type_name(type));
    if (action == "DELETE" && !is_set(type)) {
        throw invalid_values("DELETE action with value is not supported for the type " + name);
    }
    if (action == "ADD" && !is_set(type) && type != AttributeType::number &&
        type != AttributeType::list) {
        throw invalid_values("ADD action is not supported for the type " + name);
    }
}

UpdateAction read_action(const std::string& attribute, const Json& json) {
    const std::string name = json.value("Action", "PUT");
    UpdateAction action;
    action.path.attribute = attribute;
    const auto value = json.find("Value");
    if (value == json.end() || value->is_null()) {
        if (name != "DELETE") {
            throw invalid_values(
                "Only DELETE action is allowed when no attribute value is specified");
        }
        action.kind = UpdateAction::Kind::remove;
        return action;
    }
    action.operand.constant = read_value(*value);
    check_type(name, action.operand.constant.type());
    if (name == "ADD") {
        action.kind = UpdateAction::Kind::add;
    } else if (name == "DELETE") {
        action.kind = UpdateAction::Kind::remove_elements;
    } else if (name != "PUT") {
        throw validation_error("Unsupported Action of AttributeUpdates: " + name);
    }
    return action;
}

}  // namespace

Update Update::from_attribute_updates(const Json& updates) {
    UpdateNode update;
    update.origin = UpdateNode::Origin::attribute_updates;
    for (const auto& [attribute, action] : updates.items()) {
        update.actions.push_back(read_action(attribute, action));
    }
    return Update(std::move(update));
}

}  // namespace orrery::dynamodb
