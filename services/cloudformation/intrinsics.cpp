#include "services/cloudformation/intrinsics.h"

#include "services/aws/encoding.h"
#include "services/cloudformation/function_call.h"
#include "services/cloudformation/substitution.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace orrery::cloudformation {

namespace {

std::string text_of(const Json& value, const std::string& function, const Location& where) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (value.is_number() || value.is_boolean()) {
        return value.dump();
    }
    throw UsageError(where, function + " needs text here, not a list or an object");
}

/// Carries out the functions that give a value.
class Evaluator {
public:
    explicit Evaluator(const Scope& scope) : scope_(scope) {}

    std::optional<Json> value(const DocumentNode& node, Form form = Form::any) const {
        std::optional<Json> result;
        if (const auto call = call_of(node, form)) {
            result = apply(*call);
        } else {
            result = plain(node);
        }
        if (result && result->is_string() &&
            result->get_ref<const std::string&>().find("{{resolve:") != std::string::npos) {
            throw UsageError(
                node.where,
                "dynamic references ({{resolve:...}}) are not supported: use a parameter");
        }
        return result;
    }

    std::string text(const DocumentNode& node, const Call& call) const {
        const auto result = value(node);
        if (!result) {
            throw UsageError(node.where, call.function + " needs text here, not AWS::NoValue");
        }
        return text_of(*result, call.function, node.where);
    }

private:
    std::optional<Json> plain(const DocumentNode& node) const {
        if (node.is_sequence()) {
            Json list = Json::array();
            for (const DocumentNode& item : node.items) {
                if (auto result = value(item)) {
                    list.push_back(std::move(*result));
                }
            }
            return list;
        }
        if (node.is_mapping()) {
            Json object = Json::object();
            for (const auto& [key, member] : node.members) {
                if (auto result = value(member)) {
                    object[key.text] = std::move(*result);
                }
            }
            return object;
        }
        return node.tag.empty() ? node.to_json() : Json(node.text);
    }

    std::optional<Json> apply(const Call& call) const {
        const std::string& name = call.function;
        if (name == "Ref") {
            return reference(call);
        }
        if (name == "Fn::If") {
            return choice(call);
        }
        if (name == "Fn::GetAtt") {
            return attribute(call);
        }
        if (name == "Fn::Sub") {
            return Json(substitute(call));
        }
        if (name == "Fn::Join") {
            return Json(join(call));
        }
        if (name == "Fn::Split") {
            return split(call);
        }
        if (name == "Fn::Select") {
            return select(call);
        }
        if (name == "Fn::FindInMap") {
            return find_in_map(call);
        }
        if (name == "Fn::Base64") {
            return Json(base64(call));
        }
        if (name == "Fn::GetAZs") {
            return zones(call);
        }
        throw UsageError(call.where,
                         name + " stands only in the Conditions section or inside a condition");
    }

    std::optional<Json> reference(const Call& call) const {
        if (call.text() == "AWS::NoValue") {
            return std::nullopt;
        }
        return scope_.reference(call.text(), call.where);
    }

    std::optional<Json> choice(const Call& call) const {
        const auto& items = call.items(3, 3);
        if (!items[0].is_scalar() || !items[0].tag.empty()) {
            throw UsageError(items[0].where, "Fn::If names its condition first");
        }
        return value(items[scope_.condition(items[0].text, items[0].where) ? 1 : 2]);
    }

    Json attribute(const Call& call) const {
        const auto [resource, name] = attribute_name(call);
        return scope_.attribute(resource, name, call.where);
    }

    std::string substitute(const Call& call) const {
        const Substitution sub = substitution(call);
        std::string result;
        for (const SubstitutionPart& part : sub.parts) {
            if (!part.is_name) {
                result += part.text;
                continue;
            }
            const DocumentNode* variable = sub.variables ? sub.variables->find(part.text) : nullptr;
            const auto dot = part.text.find('.');
            if (variable) {
                result += text(*variable, call);
            } else if (dot == std::string::npos) {
                result +=
                    text_of(scope_.reference(part.text, call.where), call.function, call.where);
            } else {
                result +=
                    text_of(scope_.attribute(
                                part.text.substr(0, dot), part.text.substr(dot + 1), call.where),
                            call.function,
                            call.where);
            }
        }
        return result;
    }

    Json list(const DocumentNode& node, const Call& call) const {
        auto result = value(node);
        if (!result || !result->is_array()) {
            throw UsageError(node.where, call.function + " needs a list here");
        }
        return std::move(*result);
    }

    std::string join(const Call& call) const {
        const auto& items = call.items(2, 2);
        const std::string delimiter = text(items[0], call);
        std::string result;
        bool first = true;
        for (const Json& part : list(items[1], call)) {
            if (!std::exchange(first, false)) {
                result += delimiter;
            }
            result += text_of(part, call.function, items[1].where);
        }
        return result;
    }

    Json split(const Call& call) const {
        const auto& items = call.items(2, 2);
        const std::string delimiter = text(items[0], call);
        if (delimiter.empty()) {
            throw UsageError(items[0].where, "Fn::Split needs a delimiter that is not empty");
        }
        const std::string source = text(items[1], call);
        Json result = Json::array();
        std::size_t begin = 0;
        for (std::size_t end; (end = source.find(delimiter, begin)) != std::string::npos;
             begin = end + delimiter.size()) {
            result.push_back(source.substr(begin, end - begin));
        }
        result.push_back(source.substr(begin));
        return result;
    }

    Json select(const Call& call) const {
        const auto& items = call.items(2, 2);
        const std::string digits = text(items[0], call);
        std::size_t index = 0;
        const auto [stop, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), index);
        if (error != std::errc{} || stop != digits.data() + digits.size()) {
            throw UsageError(items[0].where, "Fn::Select needs an index counted from 0");
        }
        Json choices = list(items[1], call);
        if (index >= choices.size()) {
            throw UsageError(items[0].where,
                             "Fn::Select cannot take item " + digits + " of a list of " +
                                 std::to_string(choices.size()));
        }
        return std::move(choices[index]);
    }

    Json find_in_map(const Call& call) const {
        const auto& items = call.items(3, 3);
        const DocumentNode& map = scope_.mapping(text(items[0], call), items[0].where);
        const DocumentNode& top = map_entry(map, text(items[1], call), items[1].where);
        return map_entry(top, text(items[2], call), items[2].where).to_json();
    }

    static const DocumentNode& map_entry(const DocumentNode& map,
                                         const std::string& key,
                                         const Location& where) {
        if (const DocumentNode* entry = map.find(key)) {
            return *entry;
        }
        std::vector<std::string_view> keys;
        for (const auto& member : map.members) {
            keys.push_back(member.key.text);
        }
        throw UsageError(
            where,
            "Fn::FindInMap finds no key '" + key + "' in the mapping" + suggestion(key, keys));
    }

    std::string base64(const Call& call) const {
        const auto argument =
            call.short_form ? value(*call.argument, Form::long_form) : value(*call.argument);
        if (!argument) {
            throw UsageError(call.where, "Fn::Base64 needs text, not AWS::NoValue");
        }
        return aws::base64(text_of(*argument, call.function, call.where));
    }

    /// Every Region has three zones here, a to c.
    Json zones(const Call& call) const {
        const auto argument =
            call.short_form ? value(*call.argument, Form::long_form) : value(*call.argument);
        std::string region = argument && argument->is_string() ? argument->get<std::string>() : "";
        if (region.empty()) {
            region =
                text_of(scope_.reference("AWS::Region", call.where), call.function, call.where);
        }
        return Json::array({region + "a", region + "b", region + "c"});
    }

public:
    /// The resource and attribute of an Fn::GetAtt.
    static std::pair<std::string, std::string> attribute_name(const Call& call) {
        if (call.argument->is_sequence()) {
            const auto& items = call.items(2, 2);
            if (items[0].is_scalar() && items[1].is_scalar() && items[0].tag.empty() &&
                items[1].tag.empty()) {
                return {items[0].text, items[1].text};
            }
            throw UsageError(call.where,
                             "Fn::GetAtt takes a resource's and an attribute's name, written out");
        }
        const std::string& text = call.text();
        const auto dot = text.find('.');
        if (dot == std::string::npos || dot == 0 || dot + 1 == text.size()) {
            throw UsageError(call.where, "Fn::GetAtt takes Resource.Attribute");
        }
        return {text.substr(0, dot), text.substr(dot + 1)};
    }

    static Substitution substitution(const Call& call) {
        Substitution sub;
        const DocumentNode* source = call.argument;
        if (source->is_sequence()) {
            const auto& items = call.items(2, 2);
            source = &items[0];
            sub.variables = &items[1];
            if (!sub.variables->is_mapping() || !sub.variables->tag.empty()) {
                throw UsageError(items[1].where, "Fn::Sub takes its variables as a mapping");
            }
        }
        const bool written =
            source == call.argument ? call.short_form || source->tag.empty() : source->tag.empty();
        if (!source->is_scalar() || !written) {
            throw UsageError(source->where, "Fn::Sub takes text, or a list of text and variables");
        }
        sub.parts = parse_substitution(source->text, call.where);
        return sub;
    }

private:
    const Scope& scope_;
};

class ReferenceVisitor {
public:
    ReferenceVisitor(const Scope& scope, const OnReference& on_reference)
        : scope_(scope), on_reference_(on_reference) {}

    void visit(const DocumentNode& node, Form form = Form::any) const {
        if (const auto call = call_of(node, form)) {
            return visit_call(*call);
        }
        for (const DocumentNode& item : node.items) {
            visit(item);
        }
        for (const auto& [key, value] : node.members) {
            visit(value);
        }
    }

private:
    void visit_call(const Call& call) const {
        if (call.function == "Ref") {
            return on_reference_(call.text(), "", call.where);
        }
        if (call.function == "Fn::GetAtt") {
            const auto [resource, attribute] = Evaluator::attribute_name(call);
            return on_reference_(resource, attribute, call.where);
        }
        if (call.function == "Fn::If") {
            const auto& items = call.items(3, 3);
            return visit(items[scope_.condition(items[0].text, items[0].where) ? 1 : 2]);
        }
        if (call.function == "Fn::Sub") {
            return visit_substitution(call);
        }
        visit(*call.argument, call.short_form ? Form::long_form : Form::any);
    }

    void visit_substitution(const Call& call) const {
        const Substitution sub = Evaluator::substitution(call);
        for (const SubstitutionPart& part : sub.parts) {
            if (!part.is_name || (sub.variables && sub.variables->find(part.text))) {
                continue;
            }
            const auto dot = std::min(part.text.find('.'), part.text.size());
            on_reference_(part.text.substr(0, dot),
                          dot < part.text.size() ? part.text.substr(dot + 1) : "",
                          call.where);
        }
        if (sub.variables) {
            visit(*sub.variables);
        }
    }

    const Scope& scope_;
    const OnReference& on_reference_;
};

}  // namespace

std::optional<Json> evaluate(const DocumentNode& node, const Scope& scope) {
    return Evaluator(scope).value(node);
}

bool evaluate_condition(const DocumentNode& node, const Scope& scope) {
    auto call = call_of(node, Form::any);
    if (!call && node.members.size() == 1 && node.members[0].key.text == "Condition") {
        call = Call{"Condition", &node.members[0].value, false, node.where};
    }
    if (!call || !is_condition_function(call->function)) {
        throw UsageError(node.where,
                         "a condition is one of Fn::Equals, Fn::Not, Fn::And, Fn::Or, Condition");
    }
    if (call->function == "Condition") {
        return scope.condition(call->text(), call->where);
    }
    if (call->function == "Fn::Equals") {
        const auto& items = call->items(2, 2);
        const Evaluator evaluator(scope);
        return evaluator.text(items[0], *call) == evaluator.text(items[1], *call);
    }
    if (call->function == "Fn::Not") {
        return !evaluate_condition(call->items(1, 1)[0], scope);
    }
    const auto holds = [&scope](const DocumentNode& item) {
        return evaluate_condition(item, scope);
    };
    // Two to ten conditions. [docs: intrinsic-function-reference-conditions]
    const auto& items = call->items(2, 10);
    return call->function == "Fn::And" ? std::all_of(items.begin(), items.end(), holds)
                                       : std::any_of(items.begin(), items.end(), holds);
}

void visit_references(const DocumentNode& node,
                      const Scope& scope,
                      const OnReference& on_reference) {
    ReferenceVisitor(scope, on_reference).visit(node);
}

DocumentNode::TagRule long_forms() {
    return [](const DocumentNode& node, Json value) {
        const std::string function = function_of_tag(node.tag, node.where);
        if (function == "Fn::GetAtt" && value.is_string()) {
            const auto [resource, attribute] =
                Evaluator::attribute_name(Call{function, &node, true, node.where});
            value = Json::array({resource, attribute});
        }
        return Json{{function, std::move(value)}};
    };
}

DocumentNode document_of(const Json& value, const Location& where) {
    DocumentNode node;
    node.where = where;
    if (value.is_object()) {
        node.kind = DocumentNode::Kind::mapping;
        for (const auto& [key, member] : value.items()) {
            node.members.push_back({document_of(Json(key), where), document_of(member, where)});
        }
    } else if (value.is_array()) {
        node.kind = DocumentNode::Kind::sequence;
        for (const Json& item : value) {
            node.items.push_back(document_of(item, where));
        }
    } else if (!value.is_null()) {
        node.kind = DocumentNode::Kind::scalar;
        node.quoted = value.is_string();
        node.text = value.is_string() ? value.get<std::string>() : value.dump();
    }
    return node;
}

}  // namespace orrery::cloudformation
