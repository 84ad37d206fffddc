#include "services/aws/xml_result.h"

#include "engine/ensure.h"
#include "services/aws/text_value.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace orrery::aws {

namespace {

void write_element(XmlWriter& out, std::string_view name, const Json& value, const Member& member);

/// What repeats for each element of a flattened list: the element's own name if it has one
/// [botocore parsers.BaseXMLResponseParser].
std::string_view flat_name(const Member& member) {
    const std::string& own = member.shape->element.xml_name;
    return own == "member" || own == "item" ? member.xml_name : own;
}

void write_entry(XmlWriter& out,
                 std::string_view name,
                 const std::string& key,
                 const Json& value,
                 const Shape& map) {
    out.open(name);
    out.text(map.key.xml_name, key);
    write_element(out, map.value.xml_name, value, map.value);
    out.close(name);
}

void write_list(XmlWriter& out, std::string_view name, const Json& value, const Member& member) {
    const Member& element = member.shape->element;
    if (member.flattened) {
        for (const Json& each : value) {
            write_element(out, flat_name(member), each, element);
        }
        return;
    }
    out.open(name);
    for (const Json& each : value) {
        write_element(out, element.xml_name, each, element);
    }
    out.close(name);
}

void write_map(XmlWriter& out, std::string_view name, const Json& value, const Member& member) {
    if (!member.flattened) {
        out.open(name);
    }
    for (const auto& [key, each] : value.items()) {
        write_entry(out, member.flattened ? name : "entry", key, each, *member.shape);
    }
    if (!member.flattened) {
        out.close(name);
    }
}

/// Members that are attributes of their structure's element.
std::string attributes(const Json& value, const Shape& shape) {
    std::string all;
    for (const Member& member : shape.members) {
        const auto found = member.xml_attribute ? value.find(member.name) : value.end();
        if (found != value.end() && !found->is_null()) {
            all.append(" ").append(member.location_name).append("=\"");
            append_xml_text(all, text_of_value(*found, member, TimestampFormat::iso8601));
            all += '"';
        }
    }
    return all;
}

void write_element(XmlWriter& out, std::string_view name, const Json& value, const Member& member) {
    const Shape& shape = *member.shape;
    if (shape.kind == ShapeKind::structure && value.is_object()) {
        out.open(name,
                 xmlns_attribute(member.xml_namespace.uri, member.xml_namespace.prefix) +
                     attributes(value, shape));
        write_xml_members(out, value, shape);
        out.close(name);
    } else if (shape.kind == ShapeKind::list && value.is_array()) {
        write_list(out, name, value, member);
    } else if (shape.kind == ShapeKind::map && value.is_object()) {
        write_map(out, name, value, member);
    } else {
        ENSURE(!value.is_structured());  // a service must answer as its model says
        out.text(name, text_of_value(value, member, TimestampFormat::iso8601));
    }
}

}  // namespace

void write_xml_members(XmlWriter& out, const Json& value, const Shape& shape) {
    for (const Member& member : shape.members) {
        const auto found = value.find(member.name);
        if (found != value.end() && !found->is_null() && member.location == Location::body &&
            !member.xml_attribute) {
            write_element(out, member.xml_name, *found, member);
        }
    }
}

}  // namespace orrery::aws
