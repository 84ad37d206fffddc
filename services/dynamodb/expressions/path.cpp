#include "services/dynamodb/expressions/path.h"

#include "services/dynamodb/expressions/problems.h"

#include <algorithm>

namespace orrery::dynamodb {

namespace {

using Piece = std::variant<std::string, std::size_t>;

const AttributeValue* find_inner(const AttributeValue& value, const Piece& piece) {
    if (const auto* name = std::get_if<std::string>(&piece)) {
        const Map* map = value.as<Map>();
        const auto found = map != nullptr ? map->find(*name) : Map::const_iterator();
        return map != nullptr && found != map->end() ? &found->second : nullptr;
    }
    const List* list = value.as<List>();
    const std::size_t index = std::get<std::size_t>(piece);
    return list != nullptr && index < list->size() ? &(*list)[index] : nullptr;
}

enum class Relation : std::uint8_t { apart, overlap, conflict };

Relation relate(const Path& left, const Path& right) {
    if (left.attribute != right.attribute) {
        return Relation::apart;
    }
    const std::size_t common = std::min(left.inner.size(), right.inner.size());
    for (std::size_t index = 0; index < common; ++index) {
        if (left.inner[index].index() != right.inner[index].index()) {
            return Relation::conflict;
        }
        if (left.inner[index] != right.inner[index]) {
            return Relation::apart;
        }
    }
    return Relation::overlap;
}

std::optional<AttributeValue> project_value(const PathTree& tree, const AttributeValue& value);

Map project_members(const PathTree& tree, const Map& map) {
    Map projected;
    for (const auto& [name, below] : tree.members) {
        if (const auto found = map.find(name); found != map.end()) {
            if (auto part = project_value(below, found->second)) {
                projected.emplace_hint(projected.end(), name, *std::move(part));
            }
        }
    }
    return projected;
}

/// Nothing if none of the paths leads to anything: then what is around it is left out, too.
std::optional<AttributeValue> project_value(const PathTree& tree, const AttributeValue& value) {
    if (tree.leaf) {
        return value;
    }
    if (const Map* map = value.as<Map>(); map != nullptr && !tree.members.empty()) {
        Map projected = project_members(tree, *map);
        return projected.empty() ? std::nullopt
                                 : std::optional(AttributeValue(std::move(projected)));
    }
    List projected;
    if (const List* list = value.as<List>()) {
        for (const auto& [index, below] : tree.elements) {
            if (index < list->size()) {
                if (auto part = project_value(below, (*list)[index])) {
                    projected.push_back(*std::move(part));
                }
            }
        }
    }
    return projected.empty() ? std::nullopt : std::optional(AttributeValue(std::move(projected)));
}

}  // namespace

const AttributeValue* find_value(const Item& item, const Path& path) {
    const auto found = item.find(path.attribute);
    const AttributeValue* value = found != item.end() ? &found->second : nullptr;
    for (auto piece = path.inner.begin(); value != nullptr && piece != path.inner.end(); ++piece) {
        value = find_inner(*value, *piece);
    }
    return value;
}

std::string path_text(const Path& path) {
    std::string text = "[" + path.attribute;
    for (const Piece& piece : path.inner) {
        const auto* name = std::get_if<std::string>(&piece);
        text += ", ";
        text += name != nullptr ? *name : "[" + std::to_string(std::get<std::size_t>(piece)) + "]";
    }
    return text += ']';
}

void check_distinct_paths(const std::vector<Path>& paths, Problems& problems) {
    std::map<std::string_view, std::vector<const Path*>> of_attribute;
    for (const Path& path : paths) {
        std::vector<const Path*>& before = of_attribute[path.attribute];
        for (const Path* other : before) {
            const Relation relation = relate(*other, path);
            if (relation != Relation::apart) {
                const bool overlap = relation == Relation::overlap;
                problems.add(overlap ? Problems::Kind::overlap : Problems::Kind::conflict,
                             std::string("Two document paths ") +
                                 (overlap ? "overlap" : "conflict") +
                                 " with each other; must remove or rewrite one of these paths; "
                                 "path one: " +
                                 path_text(*other) + ", path two: " + path_text(path));
                return;
            }
        }
        before.push_back(&path);
    }
}

void PathTree::add(const Path& path, std::size_t place) {
    PathTree* tree = &members[path.attribute];
    for (const Piece& piece : path.inner) {
        const auto* name = std::get_if<std::string>(&piece);
        tree =
            name != nullptr ? &tree->members[*name] : &tree->elements[std::get<std::size_t>(piece)];
    }
    tree->leaf = place;
}

Item PathTree::project(const Item& item) const {
    return project_members(*this, item);
}

}  // namespace orrery::dynamodb
