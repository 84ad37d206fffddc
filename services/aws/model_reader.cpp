#include "services/aws/model_reader.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <utility>

namespace orrery::aws {

namespace {

constexpr std::pair<std::string_view, ShapeKind> kinds[] = {
    {"structure", ShapeKind::structure},
    {"list", ShapeKind::list},
    {"map", ShapeKind::map},
    {"string", ShapeKind::string},
    {"character", ShapeKind::string},
    {"blob", ShapeKind::blob},
    {"timestamp", ShapeKind::timestamp},
    {"boolean", ShapeKind::boolean},
    {"integer", ShapeKind::integer},
    {"long", ShapeKind::long_integer},
    {"float", ShapeKind::floating},
    {"double", ShapeKind::floating},
};

constexpr std::pair<std::string_view, Location> locations[] = {
    {"uri", Location::uri},
    {"querystring", Location::query_string},
    {"header", Location::header},
    {"headers", Location::headers},
    {"statusCode", Location::status_code},
};

constexpr std::pair<std::string_view, TimestampFormat> formats[] = {
    {"iso8601", TimestampFormat::iso8601},
    {"unixTimestamp", TimestampFormat::unix_seconds},
    {"rfc822", TimestampFormat::rfc822},
};

template <typename Table>
auto look_up(const Table& table, std::string_view name) {
    const auto found = std::find_if(
        std::begin(table), std::end(table), [&](const auto& each) { return each.first == name; });
    return found == std::end(table) ? nullptr : &found->second;
}

}  // namespace

void ModelReader::read(const Json& root) {
    object(root, "");
    model_.source = text_or(root, "source", "");
    const Json* service = find(root, "service");
    const Json* shapes = find(root, "shapes");
    const Json* operations = find(root, "operations");
    if (service == nullptr || shapes == nullptr || operations == nullptr) {
        fail("", "needs service, shapes and operations");
    }
    read_service(object(*service, "service"));
    // Shapes refer to each other in any order, so all of them exist before the first is read.
    for (const auto& [name, value] : object(*shapes, "shapes").items()) {
        auto shape = std::make_unique<Shape>();
        shape->name = name;
        model_.shapes.emplace(name, std::move(shape));
    }
    for (const auto& [name, value] : shapes->items()) {
        path_ = "shapes." + name;
        read_shape(object(value, ""), *model_.shapes.find(name)->second);
    }
    for (const auto& [name, value] : object(*operations, "operations").items()) {
        path_ = "operations." + name;
        read_operation(name, object(value, ""));
    }
    finish_shapes();
}

void ModelReader::read_service(const Json& value) {
    path_ = "service";
    ServiceInfo& service = model_.service;
    service.service_id = text_or(value, "serviceId", "");
    service.api_version = text_or(value, "apiVersion", "");
    service.protocols = texts(value, "protocols");
    service.endpoint_prefix = text_or(value, "endpointPrefix", "");
    service.signing_name = text_or(value, "signingName", service.endpoint_prefix);
    service.target_prefix = text_or(value, "targetPrefix", "");
    service.json_version = text_or(value, "jsonVersion", "1.0");
    service.xml_namespace = text_or(value, "xmlNamespace", "");
    service.query_compatible = flag(value, "awsQueryCompatible");
    if (service.protocols.empty()) {
        fail("protocols", "is missing");
    }
    ec2_ = service.speaks("ec2");
}

void ModelReader::read_shape(const Json& value, Shape& shape) {
    const std::string* type = text(value, "type");
    const ShapeKind* kind = type == nullptr ? nullptr : look_up(kinds, *type);
    if (kind == nullptr) {
        fail("type", "is not one that is known");
    }
    shape.kind = flag(value, "document") ? ShapeKind::document : *kind;
    shape.flattened = flag(value, "flattened");
    shape.streaming = flag(value, "streaming");
    shape.union_of = flag(value, "union");
    shape.event_stream = flag(value, "eventstream");
    shape.event = flag(value, "event");
    shape.location_name = text_or(value, "locationName", "");
    shape.query_name = text_or(value, "queryName", "");
    shape.xml_namespace = xml_namespace(value, "xmlNamespace");
    shape.timestamp_format = timestamp_format(value);
    read_limits(value, shape);
    if (flag(value, "exception")) {
        read_error(value, shape);
    }
    const auto part = [&](const char* name) {
        const Json* found = find(value, name);
        if (found == nullptr) {
            fail(name, "is missing");
        }
        return read_member(*found, "");
    };
    if (shape.kind == ShapeKind::structure) {
        read_structure(value, shape);
    } else if (shape.kind == ShapeKind::list) {
        shape.element = part("member");
    } else if (shape.kind == ShapeKind::map) {
        shape.key = part("key");
        shape.value = part("value");
    }
}

void ModelReader::read_structure(const Json& value, Shape& shape) {
    const Json* members = find(value, "members");
    if (members == nullptr || !members->is_array()) {
        fail("members", "must be a list of pairs");
    }
    shape.members.reserve(members->size());
    for (const Json& pair : *members) {
        if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string()) {
            fail("members", "must be a list of pairs");
        }
        const std::string& name = pair[0].get_ref<const std::string&>();
        shape.members.push_back(read_member(pair[1], name));
    }
    for (const Member& member : shape.members) {
        shape.by_name_.push_back(&member);
    }
    std::sort(shape.by_name_.begin(), shape.by_name_.end(), [](const Member* a, const Member* b) {
        return a->name < b->name;
    });
    const auto same = std::adjacent_find(
        shape.by_name_.begin(), shape.by_name_.end(), [](const Member* a, const Member* b) {
            return a->name == b->name;
        });
    if (same != shape.by_name_.end()) {
        fail("members", "names " + (*same)->name + " twice");
    }
    for (const std::string& name : texts(value, "required")) {
        const Member* member = shape.find(name);
        if (member == nullptr) {
            fail("required", "names no member: " + name);
        }
        Member& own = shape.members[static_cast<std::size_t>(member - shape.members.data())];
        shape.required_members_ += own.required ? 0 : 1;
        own.required = true;
    }
    if (const std::string* name = text(value, "payload")) {
        shape.payload = shape.find(*name);
        if (shape.payload == nullptr) {
            fail("payload", "names no member: " + *name);
        }
    }
}

void ModelReader::read_limits(const Json& value, Shape& shape) {
    const auto number = [&](const char* key) -> std::optional<double> {
        const Json* found = find(value, key);
        if (found == nullptr) {
            return std::nullopt;
        }
        if (!found->is_number()) {
            fail(key, "must be a number");
        }
        return found->get<double>();
    };
    shape.minimum = number("min");
    shape.maximum = number("max");
    shape.pattern = text_or(value, "pattern", "");
    shape.enumeration = texts(value, "enum");
}

void ModelReader::read_error(const Json& value, Shape& shape) {
    ErrorTraits traits;
    traits.code = shape.name;
    traits.sender_fault = !flag(value, "fault");
    traits.status = traits.sender_fault ? 400 : 500;
    traits.json_namespace = text_or(value, "jsonNamespace", "");
    if (const Json* given = find(value, "error")) {
        object(*given, "error");
        traits.code = text_or(*given, "code", shape.name);
        traits.status = status(*given, "httpStatusCode", traits.status);
        traits.sender_fault =
            flag(*given, "senderFault") || (traits.sender_fault && traits.status < 500);
    }
    shape.error = std::move(traits);
}

void ModelReader::read_operation(const std::string& name, const Json& value) {
    auto operation = std::make_unique<Operation>();
    operation->name = name;
    const auto structure = [&](const char* key) -> const Shape* {
        const std::string* found = text(value, key);
        if (found == nullptr) {
            return nullptr;
        }
        const Shape* known = shape(*found, key);
        if (known->kind != ShapeKind::structure) {
            fail(key, "is no structure");
        }
        return known;
    };
    operation->input = structure("input");
    operation->output = structure("output");
    for (const std::string& error : texts(value, "errors")) {
        operation->errors.push_back(shape(error, "errors"));
    }
    operation->method = text_or(value, "method", "POST");
    operation->uri = text_or(value, "uri", "/");
    operation->status = status(value, "status", 200);
    operation->result_wrapper = text_or(value, "resultWrapper", "");
    operation->input_name = text_or(value, "inputName", "");
    operation->input_namespace = xml_namespace(value, "inputNamespace");
    operation->host_prefix = text_or(value, "hostPrefix", "");
    model_.operations.push_back(std::move(operation));
}

Member ModelReader::read_member(const Json& value, std::string name) {
    Member member;
    member.name = std::move(name);
    if (value.is_string()) {
        member.shape = shape(value.get_ref<const std::string&>(), member.name);
        return member;
    }
    object(value, member.name);
    const std::string* found = text(value, "shape");
    if (found == nullptr) {
        fail(member.name, "has no shape");
    }
    member.shape = shape(*found, member.name);
    read_member_details(value, member);
    return member;
}

void ModelReader::read_member_details(const Json& value, Member& member) {
    member.location_name = text_or(value, "locationName", "");
    member.query_name = text_or(value, "queryName", "");
    member.flattened = flag(value, "flattened");
    member.streaming = flag(value, "streaming");
    member.xml_attribute = flag(value, "xmlAttribute");
    member.event_payload = flag(value, "eventpayload");
    member.event_header = flag(value, "eventheader");
    member.idempotency_token = flag(value, "idempotencyToken");
    member.timestamp_format = timestamp_format(value);
    member.xml_namespace = xml_namespace(value, "xmlNamespace");
    if (const std::string* location = text(value, "location")) {
        const Location* known = look_up(locations, *location);
        if (known == nullptr) {
            fail(member.name, "is in a place that is not known: " + *location);
        }
        member.location = *known;
    }
}

void ModelReader::finish_shapes() {
    for (const auto& [name, shape] : model_.shapes) {
        for (Member& member : shape->members) {
            finish_member(member, member.name);
        }
        finish_member(shape->element, ec2_ ? "item" : "member");
        finish_member(shape->key, "key");
        finish_member(shape->value, "value");
        if (shape->error) {
            model_.errors_by_code.emplace(shape->error->code, shape.get());
        }
    }
}

// What a member inherits of its shape is known once all shapes have been read.
void ModelReader::finish_member(Member& member, const std::string& standard_name) const {
    if (member.shape == nullptr) {
        return;
    }
    const Shape& shape = *member.shape;
    if (member.location_name.empty()) {
        member.location_name = shape.location_name.empty() ? standard_name : shape.location_name;
    }
    // EC2 answers with locationName, and is asked with its first letter in upper case unless a
    // query name is given [botocore serialize.EC2Serializer].
    const std::string& own = member.query_name.empty() ? shape.query_name : member.query_name;
    std::string query = own.empty() ? member.location_name : own;
    member.xml_name = ec2_ ? member.location_name : query;
    if (ec2_ && own.empty() && !member.name.empty()) {
        query[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(query[0])));
    }
    member.query_name = std::move(query);
    member.flattened = member.flattened || shape.flattened;
    member.streaming = member.streaming || shape.streaming;
    if (member.timestamp_format == TimestampFormat::standard) {
        member.timestamp_format = shape.timestamp_format;
    }
    if (member.xml_namespace.uri.empty()) {
        member.xml_namespace = shape.xml_namespace;
    }
}

const Shape* ModelReader::shape(std::string_view name, std::string_view where) const {
    const auto found = model_.shapes.find(name);
    if (found == model_.shapes.end()) {
        fail(where, "refers to a shape that is not there: " + std::string(name));
    }
    return found->second.get();
}

void ModelReader::fail(std::string_view where, std::string_view problem) const {
    std::string full = path_;
    if (!where.empty()) {
        full.append(full.empty() ? "" : ".").append(where);
    }
    throw ModelError("model of " + model_.service.name + ": " + (full.empty() ? "it" : full) + " " +
                     std::string(problem));
}

const Json* ModelReader::find(const Json& value, const char* key) const {
    const auto found = value.find(key);
    return found == value.end() ? nullptr : &*found;
}

const std::string* ModelReader::text(const Json& value, const char* key) const {
    const Json* found = find(value, key);
    if (found == nullptr) {
        return nullptr;
    }
    if (!found->is_string()) {
        fail(key, "must be a string");
    }
    return &found->get_ref<const std::string&>();
}

std::string ModelReader::text_or(const Json& value,
                                 const char* key,
                                 std::string_view otherwise) const {
    const std::string* found = text(value, key);
    return found == nullptr ? std::string(otherwise) : *found;
}

bool ModelReader::flag(const Json& value, const char* key) const {
    const Json* found = find(value, key);
    if (found != nullptr && !found->is_boolean()) {
        fail(key, "must be true or false");
    }
    return found != nullptr && found->get<bool>();
}

int ModelReader::status(const Json& value, const char* key, int otherwise) const {
    const Json* found = find(value, key);
    if (found == nullptr) {
        return otherwise;
    }
    if (!found->is_number_integer() || *found < 100 || *found > 599) {
        fail(key, "must be a status of HTTP");
    }
    return found->get<int>();
}

std::vector<std::string> ModelReader::texts(const Json& value, const char* key) const {
    std::vector<std::string> all;
    const Json* found = find(value, key);
    if (found == nullptr) {
        return all;
    }
    if (!found->is_array()) {
        fail(key, "must be a list of strings");
    }
    for (const Json& each : *found) {
        if (!each.is_string()) {
            fail(key, "must be a list of strings");
        }
        all.push_back(each.get<std::string>());
    }
    return all;
}

XmlNamespace ModelReader::xml_namespace(const Json& value, const char* key) const {
    const Json* found = find(value, key);
    if (found == nullptr) {
        return {};
    }
    object(*found, key);
    return {text_or(*found, "uri", ""), text_or(*found, "prefix", "")};
}

TimestampFormat ModelReader::timestamp_format(const Json& value) const {
    const std::string* name = text(value, "timestampFormat");
    if (name == nullptr) {
        return TimestampFormat::standard;
    }
    const TimestampFormat* known = look_up(formats, *name);
    if (known == nullptr) {
        fail("timestampFormat", "is not one that is known");
    }
    return *known;
}

const Json& ModelReader::object(const Json& value, std::string_view where) const {
    if (!value.is_object()) {
        fail(where, "must be an object");
    }
    return value;
}

}  // namespace orrery::aws
