#include "services/aws/xml_input.h"

#include "services/aws/canonical.h"
#include "services/aws/error.h"
#include "services/aws/form.h"
#include "services/aws/text_value.h"

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <string_view>

namespace orrery::aws {

namespace {

// As a tree in memory it is some twenty times as large. The longest that S3 takes has ten thousand
// parts of an upload. [docs: qfacts]
constexpr std::size_t longest_xml = 4 * 1024 * 1024;

[[noreturn]] void malformed() {
    // [docs: S3 error responses]
    throw ApiError("MalformedXML",
                   "The XML you provided was not well-formed or did not validate against our "
                   "published schema");
}

/// Prefixes of namespaces say nothing here.
std::string_view local(std::string_view name) {
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// All text directly in the element.
std::string text_of(const pugi::xml_node& node) {
    std::string text;
    for (const pugi::xml_node child : node.children()) {
        if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
            text += child.value();
        }
    }
    // References to characters can stand for what is none.
    if (!is_utf8(text)) {
        malformed();
    }
    return text;
}

/// Calls `visit` with each child element called `name`.
template <typename Visit>
void each_child(const pugi::xml_node& node, std::string_view name, Visit visit) {
    for (const pugi::xml_node child : node.children()) {
        if (child.type() == pugi::node_element && local(child.name()) == local(name)) {
            visit(child);
        }
    }
}

Json read_element(const pugi::xml_node& node, const Member& member, std::size_t depth);

/// The elements of `parent` that are the member's, one for each entry.
Json read_list(const pugi::xml_node& parent,
               std::string_view name,
               const Shape& list,
               std::size_t depth) {
    Json all = Json::array();
    each_child(parent, name, [&](const pugi::xml_node& child) {
        all.push_back(read_element(child, list.element, depth + 1));
    });
    return all;
}

Json read_map(const pugi::xml_node& parent,
              std::string_view name,
              const Shape& map,
              std::size_t depth) {
    Json all = Json::object();
    each_child(parent, name, [&](const pugi::xml_node& entry) {
        std::string key;
        each_child(entry, map.key.location_name, [&](const pugi::xml_node& child) {
            key = text_of(child);
        });
        each_child(entry, map.value.location_name, [&](const pugi::xml_node& child) {
            all[key] = read_element(child, map.value, depth + 1);
        });
    });
    return all;
}

Json read_attribute(const pugi::xml_node& node, const Member& member) {
    for (const pugi::xml_attribute attribute : node.attributes()) {
        if (local(attribute.name()) == local(member.location_name)) {
            std::string text = attribute.value();
            if (!is_utf8(text)) {
                malformed();
            }
            return value_of_text(std::move(text), member);
        }
    }
    return nullptr;
}

Json read_member(const pugi::xml_node& parent, const Member& member, std::size_t depth) {
    if (member.xml_attribute) {
        return read_attribute(parent, member);
    }
    const Shape& shape = *member.shape;
    if (member.flattened && (shape.kind == ShapeKind::list || shape.kind == ShapeKind::map)) {
        Json value = shape.kind == ShapeKind::list
                         ? read_list(parent, member.location_name, shape, depth)
                         : read_map(parent, member.location_name, shape, depth);
        return value.empty() ? Json() : value;
    }
    Json value;
    each_child(parent, member.location_name, [&](const pugi::xml_node& child) {
        value = read_element(child, member, depth);
    });
    return value;
}

Json read_members(const pugi::xml_node& node, const Shape& shape, std::size_t depth) {
    Json all = Json::object();
    for (const Member& member : shape.members) {
        if (member.location != Location::body) {
            continue;
        }
        Json value = read_member(node, member, depth + 1);
        if (!value.is_null()) {
            all[member.name] = std::move(value);
        }
    }
    return all;
}

Json read_element(const pugi::xml_node& node, const Member& member, std::size_t depth) {
    if (depth > deepest_nesting) {
        malformed();
    }
    switch (member.shape->kind) {
        case ShapeKind::structure: return read_members(node, *member.shape, depth);
        case ShapeKind::list:
            return read_list(node, member.shape->element.location_name, *member.shape, depth);
        case ShapeKind::map: return read_map(node, "entry", *member.shape, depth);
        default: return value_of_text(text_of(node), member);
    }
}

}  // namespace

Json read_xml(const std::string& body, const Shape& shape) {
    if (body.size() > longest_xml || !is_utf8(body)) {
        malformed();
    }
    pugi::xml_document document;
    const pugi::xml_parse_result result =
        document.load_buffer(body.data(),
                             body.size(),
                             pugi::parse_default | pugi::parse_ws_pcdata_single,
                             pugi::encoding_utf8);
    const pugi::xml_node root = document.document_element();
    if (!result || !root) {
        malformed();
    }
    return read_members(root, shape, 0);
}

}  // namespace orrery::aws
