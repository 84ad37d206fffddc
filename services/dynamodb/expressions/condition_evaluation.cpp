// Whether conditions hold. [docs: Expressions.OperatorsAndFunctions; alternator
// test_condition_expression]
#include "services/dynamodb/expressions/condition_node.h"
#include "services/dynamodb/expressions/condition_parser.h"
#include "services/dynamodb/expressions/path.h"
#include "services/dynamodb/key_bytes.h"

#include <algorithm>
#include <compare>

namespace orrery::dynamodb {

namespace {

using Kind = ConditionNode::Kind;

std::optional<std::size_t> count_of(const AttributeValue& value) {
    return std::visit(
        [](const auto& content) -> std::optional<std::size_t> {
            using Content = std::decay_t<decltype(content)>;
            if constexpr (std::is_same_v<Content, Binary>) {
                return content.bytes.size();
            } else if constexpr (std::is_same_v<Content, std::string> ||
                                 std::is_same_v<Content, List> || std::is_same_v<Content, Map>) {
                return content.size();
            } else if constexpr (requires { content.elements; }) {
                return content.elements.size();
            } else {
                return std::nullopt;
            }
        },
        value.value());
}

/// What an operand is for an item.
class Evaluated {
public:
    Evaluated(const Operand& operand, const Item& item) {
        const Path* path = std::get_if<Path>(&operand.source);
        value_ =
            path != nullptr ? find_value(item, *path) : &std::get<AttributeValue>(operand.source);
        if (operand.size) {
            const auto count = value_ != nullptr ? count_of(*value_) : std::nullopt;
            sizeless_ = !count;
            size_ =
                count ? AttributeValue(Number::parse(std::to_string(*count))) : AttributeValue();
            value_ = count ? &size_ : nullptr;
        }
    }
    Evaluated(const Evaluated&) = delete;
    Evaluated& operator=(const Evaluated&) = delete;

    /// Null: there is none.
    const AttributeValue* value() const { return value_; }
    /// The size of something that is missing or has none: every comparison is false.
    bool sizeless() const { return sizeless_; }

private:
    const AttributeValue* value_ = nullptr;
    AttributeValue size_;
    bool sizeless_ = false;
};

/// Only of two strings, two numbers, or two binaries.
std::partial_ordering order(const AttributeValue* left, const AttributeValue* right) {
    if (left == nullptr || right == nullptr || left->type() != right->type() ||
        left->type() > AttributeType::binary) {
        return std::partial_ordering::unordered;
    }
    return compare_key_values(*left, *right);
}

bool equal(const AttributeValue* left, const AttributeValue* right) {
    return left != nullptr && right != nullptr && *left == *right;
}

bool compare(Kind kind, const Evaluated& left, const Evaluated& right) {
    if (left.sizeless() || right.sizeless()) {
        return false;
    }
    switch (kind) {
        case Kind::equal: return equal(left.value(), right.value());
        case Kind::not_equal:
            return !equal(left.value(), right.value());  // true where one is missing
        case Kind::less: return order(left.value(), right.value()) < 0;
        case Kind::less_equal: return order(left.value(), right.value()) <= 0;
        case Kind::greater: return order(left.value(), right.value()) > 0;
        default: return order(left.value(), right.value()) >= 0;
    }
}

bool begins_with(const AttributeValue* value, const AttributeValue* prefix) {
    if (value == nullptr || prefix == nullptr) {
        return false;
    }
    if (const auto* text = value->as<std::string>(), *start = prefix->as<std::string>();
        text != nullptr && start != nullptr) {
        return text->starts_with(*start);
    }
    const auto *binary = value->as<Binary>(), *start = prefix->as<Binary>();
    return binary != nullptr && start != nullptr && binary->bytes.starts_with(start->bytes);
}

template <typename Element>
bool set_contains(const AttributeValue& value, const AttributeValue& element) {
    const auto* set = value.as<Set<Element>>();
    const auto* wanted = element.as<Element>();
    return set != nullptr && wanted != nullptr &&
           std::binary_search(set->elements.begin(), set->elements.end(), *wanted);
}

bool contains(const AttributeValue* value, const AttributeValue* part) {
    if (value == nullptr || part == nullptr) {
        return false;
    }
    if (const auto* text = value->as<std::string>(), *wanted = part->as<std::string>();
        text != nullptr && wanted != nullptr) {
        return text->find(*wanted) != std::string::npos;
    }
    if (const auto* binary = value->as<Binary>(), *wanted = part->as<Binary>();
        binary != nullptr && wanted != nullptr) {
        return binary->bytes.find(wanted->bytes) != std::string::npos;
    }
    if (const List* list = value->as<List>()) {
        return std::find(list->begin(), list->end(), *part) != list->end();
    }
    return set_contains<std::string>(*value, *part) || set_contains<Number>(*value, *part) ||
           set_contains<Binary>(*value, *part);
}

bool is_of_type(const AttributeValue* value, const AttributeValue* type) {
    const auto* name = type != nullptr ? type->as<std::string>() : nullptr;
    return value != nullptr && name != nullptr && type_name(value->type()) == *name;
}

bool holds_comparison(const ConditionNode& node, const Item& item) {
    const auto& operands = node.operands;
    const Evaluated first(operands.at(0), item);
    const auto second = [&] { return Evaluated(operands.at(1), item); };
    switch (node.kind) {
        case Kind::attribute_exists: return first.value() != nullptr;
        case Kind::attribute_not_exists: return first.value() == nullptr;
        case Kind::attribute_type: return is_of_type(first.value(), second().value());
        case Kind::begins_with: return begins_with(first.value(), second().value());
        case Kind::contains: return contains(first.value(), second().value());
        case Kind::between:
            return order(first.value(), second().value()) >= 0 &&
                   order(first.value(), Evaluated(operands.at(2), item).value()) <= 0;
        case Kind::in:
            return std::any_of(operands.begin() + 1, operands.end(), [&](const Operand& operand) {
                return equal(first.value(), Evaluated(operand, item).value());
            });
        default: return compare(node.kind, first, second());
    }
}

bool holds_for(const ConditionNode& node, const Item& item) {
    const auto holds = [&](const ConditionNode& part) { return holds_for(part, item); };
    const auto& parts = node.conditions;
    switch (node.kind) {
        case Kind::all_of: return std::all_of(parts.begin(), parts.end(), holds);
        case Kind::any_of: return std::any_of(parts.begin(), parts.end(), holds);
        case Kind::none_of: return std::none_of(parts.begin(), parts.end(), holds);
        default: return holds_comparison(node, item);
    }
}

void add_attributes(const ConditionNode& node, std::vector<std::string>& attributes) {
    for (const Operand& operand : node.operands) {
        if (const Path* path = std::get_if<Path>(&operand.source);
            path != nullptr &&
            std::find(attributes.begin(), attributes.end(), path->attribute) == attributes.end()) {
            attributes.push_back(path->attribute);
        }
    }
    for (const ConditionNode& part : node.conditions) {
        add_attributes(part, attributes);
    }
}

}  // namespace

Condition::Condition(ConditionNode root)
    : root_(std::make_shared<const ConditionNode>(std::move(root))) {}

Condition Condition::parse(std::string_view text,
                           ExpressionInput& input,
                           std::string_view parameter) {
    return Condition(parse_condition(text, input, parameter));
}

bool Condition::holds(const Item& item) const {
    return holds_for(*root_, item);
}

std::vector<std::string> Condition::attributes() const {
    std::vector<std::string> attributes;
    add_attributes(*root_, attributes);
    return attributes;
}

}  // namespace orrery::dynamodb
