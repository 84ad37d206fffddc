#include "services/aws/http_binding.h"

#include "engine/ensure.h"
#include "services/aws/encoding.h"
#include "services/aws/error.h"
#include "services/aws/form.h"
#include "services/aws/text_value.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace orrery::aws {

namespace {

[[noreturn]] void malformed(const std::string& what) {
    throw ApiError("SerializationException", what);
}

std::string plain_label(std::string_view encoded) {
    std::optional<std::string> plain = percent_decode(encoded, PlusSign::plus);
    if (!plain || !is_utf8(*plain)) {
        malformed("The URI is not UTF-8 with percent signs before two hexadecimal digits.");
    }
    return *std::move(plain);
}

std::vector<FormField> read_query(const HttpRequest& request) {
    try {
        return parse_form(request.query());
    } catch (const ApiError& error) {
        malformed(error.message());
    }
}

bool is_query_parameter(const Shape& input, std::string_view name) {
    return std::any_of(input.members.begin(), input.members.end(), [&](const Member& member) {
        return member.location == Location::query_string && member.shape->kind != ShapeKind::map &&
               member.location_name == name;
    });
}

/// A map takes all parameters that no other member is bound to; of one that comes twice it takes
/// the first. [docs: smithy httpQueryParams]
Json query_map(const std::vector<FormField>& query, const Shape& input, const Shape& map) {
    Json all;
    for (const auto& [name, text] : query) {
        if (is_query_parameter(input, name)) {
            continue;
        }
        if (map.value.shape->kind == ShapeKind::list) {
            all[name].push_back(value_of_text(text, map.value.shape->element));
        } else if (!all.contains(name)) {
            all[name] = value_of_text(text, map.value);
        }
    }
    return all;
}

Json query_value(const std::vector<FormField>& query, const Member& member) {
    Json value;
    for (const auto& [name, text] : query) {
        if (name != member.location_name) {
            continue;
        }
        if (member.shape->kind != ShapeKind::list) {
            return value_of_text(text, member);
        }
        value.push_back(value_of_text(text, member.shape->element));
    }
    return value;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
    text.remove_prefix(begin);
    return text.substr(0, text.find_last_not_of(" \t") + 1);
}

/// "a, \"b, c\"": an element with commas or quotes is quoted. [docs: smithy httpHeader]
std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> parts;
    std::size_t at = 0;
    while (at <= text.size()) {
        at = std::min(text.find_first_not_of(" \t", at), text.size());
        std::string part;
        if (at < text.size() && text[at] == '"') {
            for (++at; at < text.size() && text[at] != '"'; ++at) {
                at += text[at] == '\\' && at + 1 < text.size() ? 1U : 0U;
                part.push_back(text[at]);
            }
            at = std::min(text.find(',', at), text.size());
        } else {
            const std::size_t end = std::min(text.find(',', at), text.size());
            part = trimmed(text.substr(at, end - at));
            at = end;
        }
        parts.push_back(std::move(part));
        ++at;
    }
    return parts;
}

Json header_list(std::string_view text, const Member& element) {
    Json list = Json::array();
    std::vector<std::string> parts = split_list(text);
    const bool dates = element.shape->kind == ShapeKind::timestamp &&
                       (element.timestamp_format == TimestampFormat::standard ||
                        element.timestamp_format == TimestampFormat::rfc822);
    for (std::size_t index = 0; index < parts.size(); ++index) {
        // A date of RFC 1123 has a comma of its own.
        if (dates && index + 1 < parts.size()) {
            parts[index + 1] = parts[index] + ", " + parts[index + 1];
            ++index;
        }
        list.push_back(value_of_text(std::move(parts[index]), element));
    }
    return list;
}

void require_utf8(const HttpHeader& header) {
    if (!is_utf8(header.value) || !is_utf8(header.name)) {
        malformed("A header is not UTF-8.");
    }
}

Json header_value(const HttpRequest& request, const Member& member) {
    const std::string* text = request.header(member.location_name);
    if (text == nullptr) {
        return nullptr;
    }
    require_utf8({member.location_name, *text});
    return member.shape->kind == ShapeKind::list ? header_list(*text, member.shape->element)
                                                 : value_of_text(*text, member);
}

/// Names are small letters, as HTTP/2 has them and S3 answers them.
std::string small(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](unsigned char letter) {
        return static_cast<char>(letter < 0x80 ? std::tolower(letter) : letter);
    });
    return result;
}

Json header_map(const HttpRequest& request, const Member& member) {
    const std::string prefix = small(member.location_name);
    Json all;
    for (const HttpHeader& header : request.headers) {
        const std::string name = small(header.name);
        if (name.size() > prefix.size() && name.starts_with(prefix)) {
            require_utf8(header);
            all[name.substr(prefix.size())] = value_of_text(header.value, member.shape->value);
        }
    }
    return all;
}

/// What a header cannot hold would end it and begin another.
std::string header_text(std::string text) {
    std::replace_if(
        text.begin(),
        text.end(),
        [](char letter) { return letter == '\r' || letter == '\n' || letter == '\0'; },
        ' ');
    return text;
}

std::string quoted_if_needed(std::string text) {
    if (text.find_first_of(",\"") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char letter : text) {
        quoted.append(letter == '"' || letter == '\\' ? "\\" : "").push_back(letter);
    }
    return quoted + "\"";
}

std::string list_text(const Json& list, const Member& element) {
    std::string text;
    for (const Json& each : list) {
        const std::string one = text_of_value(each, element, TimestampFormat::rfc822);
        text.append(text.empty() ? "" : ", ")
            .append(element.shape->kind == ShapeKind::timestamp ? one : quoted_if_needed(one));
    }
    return text;
}

void write_header(const Json& value, const Member& member, HttpResponse& response) {
    if (value.is_array()) {
        if (!value.empty()) {
            response.headers.push_back(
                {member.location_name, header_text(list_text(value, member.shape->element))});
        }
        return;
    }
    response.headers.push_back(
        {member.location_name, header_text(text_of_value(value, member, TimestampFormat::rfc822))});
}

}  // namespace

void read_bindings(const HttpRequest& request, const RestRoute& route, Json& parameters) {
    const Shape* input = route.operation->input;
    if (input == nullptr) {
        return;
    }
    std::optional<std::vector<FormField>> query;
    for (const Member& member : input->members) {
        Json value;
        if (member.location == Location::uri) {
            const auto label =
                std::find_if(route.labels.begin(), route.labels.end(), [&](const auto& each) {
                    return each.first == member.location_name;
                });
            if (label != route.labels.end()) {
                value = value_of_text(plain_label(label->second), member);
            }
        } else if (member.location == Location::query_string) {
            if (!query) {
                query = read_query(request);
            }
            value = member.shape->kind == ShapeKind::map ? query_map(*query, *input, *member.shape)
                                                         : query_value(*query, member);
        } else if (member.location == Location::header) {
            value = header_value(request, member);
        } else if (member.location == Location::headers) {
            value = header_map(request, member);
        }
        if (!value.is_null()) {
            parameters[member.name] = std::move(value);
        }
    }
}

bool is_raw(const Member& payload) {
    return payload.shape->kind == ShapeKind::blob || payload.shape->kind == ShapeKind::string;
}

bool has_body_members(const Shape& shape) {
    return std::any_of(shape.members.begin(), shape.members.end(), [](const Member& member) {
        return member.location == Location::body;
    });
}

Json read_raw_payload(const HttpRequest& request, const Member& payload) {
    if (request.body.empty()) {
        return nullptr;
    }
    if (payload.shape->kind == ShapeKind::blob) {
        return base64(request.body);
    }
    if (!is_utf8(request.body)) {
        malformed("The body is not UTF-8.");
    }
    return request.body;
}

void write_bindings(const Json& result, const Shape& output, HttpResponse& response) {
    for (const Member& member : output.members) {
        const auto found = result.find(member.name);
        if (found == result.end() || found->is_null()) {
            continue;
        }
        if (member.location == Location::header) {
            write_header(*found, member, response);
        } else if (member.location == Location::headers) {
            for (const auto& [name, value] : found->items()) {
                response.headers.push_back(
                    {member.location_name + name,
                     header_text(
                         text_of_value(value, member.shape->value, TimestampFormat::rfc822))});
            }
        } else if (member.location == Location::status_code) {
            ENSURE(found->is_number_integer());
            response.status = found->get<int>();
        }
    }
}

std::string write_raw_payload(const Json& value, const Member& payload) {
    ENSURE(value.is_string());  // a service must answer as its model says
    const auto& text = value.get_ref<const std::string&>();
    if (payload.shape->kind != ShapeKind::blob) {
        return text;
    }
    std::optional<std::string> bytes = decode_base64(text);
    ENSURE(bytes.has_value());
    return *std::move(bytes);
}

}  // namespace orrery::aws
