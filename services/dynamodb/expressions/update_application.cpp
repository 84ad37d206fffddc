// What updates do to items. All that they read is read before the first change.
// [docs: Expressions.UpdateExpressions; alternator test_update_expression]
#include "services/dynamodb/expressions/update_node.h"
#include "services/dynamodb/validation_error.h"

#include <algorithm>

namespace orrery::dynamodb {

namespace {

[[noreturn]] void incorrect_type() {
    throw validation_error("An operand in the update expression has an incorrect data type");
}

[[noreturn]] void invalid_path() {
    throw validation_error(
        "The document path provided in the update expression is invalid for update");
}

AttributeValue evaluate(const UpdateOperand& operand, const Item& item);

template <typename T>
T evaluate_as(const UpdateOperand& operand, const Item& item) {
    AttributeValue value = evaluate(operand, item);
    T* content = value.as<T>();
    if (content == nullptr) {
        incorrect_type();
    }
    return std::move(*content);
}

AttributeValue evaluate_path(const Path& path, const Item& item) {
    const AttributeValue* value = find_value(item, path);
    if (value == nullptr) {
        throw validation_error(
            "The provided expression refers to an attribute that does not exist in the item");
    }
    return *value;
}

AttributeValue evaluate(const UpdateOperand& operand, const Item& item) {
    switch (operand.kind) {
        case UpdateOperand::Kind::path: return evaluate_path(operand.path, item);
        case UpdateOperand::Kind::constant: return operand.constant;
        case UpdateOperand::Kind::plus:
        case UpdateOperand::Kind::minus: {
            const Number left = evaluate_as<Number>(operand.operands.at(0), item);
            const Number right = evaluate_as<Number>(operand.operands.at(1), item);
            return AttributeValue(operand.kind == UpdateOperand::Kind::plus ? left + right
                                                                            : left - right);
        }
        case UpdateOperand::Kind::if_not_exists: {
            const AttributeValue* value = find_value(item, operand.path);
            return value != nullptr ? *value : evaluate(operand.operands.at(0), item);
        }
        case UpdateOperand::Kind::list_append: {
            List list = evaluate_as<List>(operand.operands.at(0), item);
            List more = evaluate_as<List>(operand.operands.at(1), item);
            std::move(more.begin(), more.end(), std::back_inserter(list));
            return AttributeValue(std::move(list));
        }
    }
    return {};
}

template <typename Element>
void unite(Set<Element>& set, const Set<Element>& more) {
    Set<Element> united;
    std::set_union(set.elements.begin(),
                   set.elements.end(),
                   more.elements.begin(),
                   more.elements.end(),
                   std::back_inserter(united.elements));
    set = std::move(united);
}

template <typename Element>
void subtract(Set<Element>& set, const Set<Element>& less) {
    Set<Element> rest;
    std::set_difference(set.elements.begin(),
                        set.elements.end(),
                        less.elements.begin(),
                        less.elements.end(),
                        std::back_inserter(rest.elements));
    set = std::move(rest);
}

/// Calls `change` with both sets if they are of one type.
template <typename Change>
bool with_sets(AttributeValue& value, const AttributeValue& other, Change change) {
    return std::visit(
        [&](auto& set) {
            using Content = std::decay_t<decltype(set)>;
            if constexpr (requires { set.elements; }) {
                if (const auto* elements = other.as<Content>()) {
                    change(set, *elements);
                    return true;
                }
            }
            return false;
        },
        value.value());
}

bool is_empty_set(const AttributeValue& value) {
    return std::visit(
        [](const auto& set) {
            if constexpr (requires { set.elements; }) {
                return set.elements.empty();
            } else {
                return false;
            }
        },
        value.value());
}

/// Makes the changes of one update.
class Application {
public:
    enum class Existing : std::uint8_t { item, key_alone };

    Application(const UpdateNode& update, const Item& item, Existing existing)
        : update_(update), existing_(existing), values_(update.actions.size()) {
        for (std::size_t place = 0; place < update.actions.size(); ++place) {
            const UpdateAction& action = update.actions[place];
            if (action.kind == UpdateAction::Kind::set) {
                values_[place] = evaluate(action.operand, item);
            }
        }
    }

    void change_map(Map& map, const PathTree& tree) {
        for (const auto& [name, below] : tree.members) {
            const auto found = map.find(name);
            std::optional<AttributeValue> value =
                changed(found != map.end() ? &found->second : nullptr, below);
            if (found == map.end()) {
                if (value) {
                    map.emplace(name, *std::move(value));
                }
            } else if (value) {
                found->second = *std::move(value);
            } else {
                map.erase(found);
            }
        }
    }

private:
    /// Indexes are those before the change; what is beyond the end is appended in their order.
    void change_list(List& list, const PathTree& tree) {
        const std::size_t old_size = list.size();
        std::vector<std::size_t> removed;
        for (const auto& [index, below] : tree.elements) {
            const bool here = index < old_size;
            std::optional<AttributeValue> value = changed(here ? &list[index] : nullptr, below);
            if (value && here) {
                list[index] = *std::move(value);
            } else if (value) {
                list.push_back(*std::move(value));
            } else if (here) {
                removed.push_back(index);
            }
        }
        for (auto index = removed.rbegin(); index != removed.rend(); ++index) {
            list.erase(list.begin() + static_cast<std::ptrdiff_t>(*index));
        }
    }

    /// What becomes of a place: `old` is null if nothing is there. Moves from `old`.
    std::optional<AttributeValue> changed(AttributeValue* old, const PathTree& tree) {
        if (tree.leaf) {
            return changed_by(*tree.leaf, old);
        }
        if (old == nullptr && existing_ == Existing::key_alone && only_removes(tree)) {
            return std::nullopt;
        }
        if (Map* map = old != nullptr ? old->as<Map>() : nullptr;
            map != nullptr && tree.elements.empty()) {
            change_map(*map, tree);
        } else if (List* list = old != nullptr ? old->as<List>() : nullptr;
                   list != nullptr && tree.members.empty()) {
            change_list(*list, tree);
        } else {
            invalid_path();
        }
        return std::move(*old);
    }

    std::optional<AttributeValue> changed_by(std::size_t place, AttributeValue* old) {
        const UpdateAction& action = update_.actions[place];
        switch (action.kind) {
            case UpdateAction::Kind::set: return std::move(values_[place]);
            case UpdateAction::Kind::remove: return std::nullopt;
            case UpdateAction::Kind::add:
                return old != nullptr ? added(std::move(*old), action.operand.constant)
                                      : action.operand.constant;
            case UpdateAction::Kind::remove_elements:
                return old != nullptr ? without(std::move(*old), action.operand.constant)
                                      : std::nullopt;
        }
        return std::nullopt;
    }

    AttributeValue added(AttributeValue value, const AttributeValue& more) const {
        if (const auto* left = value.as<Number>(), *right = more.as<Number>();
            left != nullptr && right != nullptr) {
            return AttributeValue(*left + *right);
        }
        if (List* list = value.as<List>(); list != nullptr && more.as<List>() != nullptr) {
            list->insert(list->end(), more.as<List>()->begin(), more.as<List>()->end());
            return value;
        }
        if (!with_sets(value, more, [](auto& set, const auto& other) { unite(set, other); })) {
            mismatch();
        }
        return value;
    }

    std::optional<AttributeValue> without(AttributeValue value, const AttributeValue& less) const {
        if (!with_sets(value, less, [](auto& set, const auto& other) { subtract(set, other); })) {
            mismatch();
        }
        return is_empty_set(value) ? std::nullopt : std::optional(std::move(value));
    }

    [[noreturn]] void mismatch() const {
        if (update_.origin == UpdateNode::Origin::attribute_updates) {
            throw validation_error("Type mismatch for attribute to update");
        }
        incorrect_type();
    }

    bool only_removes(const PathTree& tree) const {
        const auto removes = [this](const auto& below) { return only_removes(below.second); };
        return tree.leaf ? update_.actions[*tree.leaf].kind == UpdateAction::Kind::remove
                         : std::all_of(tree.members.begin(), tree.members.end(), removes) &&
                               std::all_of(tree.elements.begin(), tree.elements.end(), removes);
    }

    const UpdateNode& update_;
    Existing existing_;
    std::vector<AttributeValue> values_;  // of SET actions, before any change
};

/// How many lists and maps are in one another.
int levels(const AttributeValue& value) {
    int inner = 0;
    if (const List* list = value.as<List>()) {
        for (const AttributeValue& element : *list) {
            inner = std::max(inner, levels(element));
        }
        return inner + 1;
    }
    if (const Map* map = value.as<Map>()) {
        for (const auto& [name, member] : *map) {
            inner = std::max(inner, levels(member));
        }
        return inner + 1;
    }
    return 0;
}

void apply_to(Item& item, const UpdateNode& update, Application::Existing existing) {
    Application(update, item, existing).change_map(item, update.tree);
    for (const auto& [name, below] : update.tree.members) {
        const auto found = item.find(name);
        if (found != item.end() && levels(found->second) >= most_levels) {
            throw nesting_error();
        }
    }
}

}  // namespace

Update::Update(UpdateNode root) {
    for (std::size_t place = 0; place < root.actions.size(); ++place) {
        root.tree.add(root.actions[place].path, place);
    }
    root_ = std::make_shared<const UpdateNode>(std::move(root));
}

void Update::apply(Item& item) const {
    apply_to(item, *root_, Application::Existing::item);
}

void Update::apply_to_missing(Item& key) const {
    apply_to(key, *root_, Application::Existing::key_alone);
}

std::vector<std::string> Update::attributes() const {
    std::vector<std::string> attributes;
    for (const UpdateAction& action : root_->actions) {
        if (std::find(attributes.begin(), attributes.end(), action.path.attribute) ==
            attributes.end()) {
            attributes.push_back(action.path.attribute);
        }
    }
    return attributes;
}

Item Update::updated_parts(const Item& item) const {
    return root_->tree.project(item);
}

}  // namespace orrery::dynamodb
