#include "scenarios/language/call.h"

#include "scenarios/language/node_reader.h"

namespace orrery {

Call parse_call(const DocumentNode& node) {
    const DocumentNode& name = require_member(node, "call", "a call");
    const std::string& text = read_text(name, "'call'");
    const auto dot = text.find('.');
    if (dot == 0 || dot == std::string::npos || dot + 1 == text.size()) {
        throw UsageError(
            name.where,
            "'call' must name a service and its operation, such as sqs.SendMessage, not '" + text +
                "'");
    }
    Call call{{text.substr(0, dot), text.substr(dot + 1)}, name.where, {}};
    if (const DocumentNode* parameters = node.find("with")) {
        require_mapping(*parameters, "'with'");
        call.parameters = *parameters;
    } else {
        call.parameters.kind = DocumentNode::Kind::mapping;
        call.parameters.where = name.where;
    }
    return call;
}

}  // namespace orrery
