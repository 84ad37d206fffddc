#include "tools/server/peek.h"

#include "engine/error.h"
#include "engine/json.h"
#include "services/services.h"
#include "services/sqs/peek.h"
#include "services/sqs/sqs.h"
#include "tools/server/reply.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <string>
#include <vector>

namespace orrery::server {

namespace {

constexpr std::string_view root = "/_aws/sqs/messages";

using Parameters = std::map<std::string, std::string>;

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::string decoded(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        const char* const digits = text.data() + i + 1;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
            plain.push_back(static_cast<char>(byte));
            i += 2;
        } else {
            plain.push_back(text[i] == '+' ? ' ' : text[i]);
        }
    }
    return plain;
}

void add_form(std::string_view form, Parameters& parameters) {
    for (const std::string_view pair : split(form, '&')) {
        const std::size_t equals = std::min(pair.find('='), pair.size());
        if (equals > 0) {
            parameters[decoded(pair.substr(0, equals))] =
                equals < pair.size() ? decoded(pair.substr(equals + 1)) : "";
        }
    }
}

Parameters read_parameters(const HttpRequest& request) {
    Parameters parameters;
    if (const Json body = Json::parse(request.body, nullptr, false); body.is_object()) {
        for (const auto& [name, value] : body.items()) {
            if (value.is_structured()) {
                throw UsageError(name + " must be a text, a number, true or false");
            }
            parameters[name] = value.is_string() ? value.get<std::string>() : value.dump();
        }
    } else {
        add_form(request.body, parameters);
    }
    add_form(request.query(), parameters);
    return parameters;
}

bool flag(const Parameters& parameters, const std::string& name) {
    const auto found = parameters.find(name);
    if (found == parameters.end()) {
        return false;
    }
    std::string value = found->second;
    std::transform(value.begin(), value.end(), value.begin(), [](unsigned char character) {
        return static_cast<char>(std::tolower(character));
    });
    if (value == "true" || value == "1" || value == "yes") {
        return true;
    }
    if (value == "false" || value == "0" || value == "no") {
        return false;
    }
    throw UsageError(name + " must be true or false");
}

struct Wanted {
    std::string region;  // empty: any
    std::string account;
    std::string name;
};

Wanted wanted_queue(const HttpRequest& request, const Parameters& parameters) {
    const std::vector<std::string_view> parts =
        split(request.path().substr(std::min(root.size() + 1, request.path().size())), '/');
    if (parts.size() == 3) {
        return {decoded(parts[0]), decoded(parts[1]), decoded(parts[2])};
    }
    const auto url = parameters.find("QueueUrl");
    if (url == parameters.end() || !parts.front().empty()) {
        throw UsageError("name the queue: " + std::string(root) + "?QueueUrl=URL or " +
                         std::string(root) + "/REGION/ACCOUNT/NAME");
    }
    const std::vector<std::string_view> url_parts = split(url->second, '/');
    if (url_parts.size() < 2) {
        throw UsageError("'" + url->second + "' is not a queue's URL");
    }
    Wanted wanted;
    wanted.account = url_parts[url_parts.size() - 2];
    wanted.name = url_parts.back();
    // "https://sqs.eu-west-1.amazonaws.com/..." names the Region; a local URL does not.
    for (const std::string_view label : split(url_parts.size() > 2 ? url_parts[2] : "", '.')) {
        if (std::count(label.begin(), label.end(), '-') == 2) {
            wanted.region = label;
        }
    }
    return wanted;
}

const sqs::Queue* find_queue(const Clouds& clouds, const Wanted& wanted) {
    const aws::Identity standard;
    const sqs::Queue* found = nullptr;
    for (Cloud* cloud : clouds.all()) {
        const aws::Identity& identity = cloud->identity();
        if (identity.account != wanted.account ||
            (!wanted.region.empty() && identity.region != wanted.region)) {
            continue;
        }
        const sqs::Queue* queue = cloud->sqs().find_queue(wanted.name);
        if (queue != nullptr && (found == nullptr || identity.region == standard.region)) {
            found = queue;
        }
    }
    return found;
}

std::string escaped(std::string_view text) {
    std::string xml;
    for (const char character : text) {
        switch (character) {
            case '&': xml += "&amp;"; break;
            case '<': xml += "&lt;"; break;
            case '>': xml += "&gt;"; break;
            case '\r': xml += "&#13;"; break;
            default: xml.push_back(character);
        }
    }
    return xml;
}

std::string element(const std::string& name, const Json& value) {
    return "<" + name + ">" + escaped(value.get<std::string>()) + "</" + name + ">";
}

std::string message_xml(const Json& message) {
    std::string xml = "<Message>";
    for (const char* name :
         {"MessageId", "MD5OfBody", "Body", "MD5OfMessageAttributes", "State", "VisibleAt"}) {
        if (message.contains(name)) {
            xml += element(name, message[name]);
        }
    }
    for (const auto& [name, value] : message.at("Attributes").items()) {
        xml += "<Attribute>" + element("Name", name) + element("Value", value) + "</Attribute>";
    }
    if (message.contains("MessageAttributes")) {
        for (const auto& [name, value] : message["MessageAttributes"].items()) {
            xml += "<MessageAttribute>" + element("Name", name) + "<Value>";
            for (const auto& [member, text] : value.items()) {
                xml += element(member, text);
            }
            xml += "</Value></MessageAttribute>";
        }
    }
    return xml + "</Message>";
}

/// As the query protocol renders ReceiveMessage's answer. [botocore]
HttpResponse xml_response(const Json& messages) {
    HttpResponse response;
    response.headers.push_back({"Content-Type", "text/xml"});
    response.body =
        "<?xml version=\"1.0\"?>\n<ReceiveMessageResponse "
        "xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><ReceiveMessageResult>";
    for (const Json& message : messages) {
        response.body += message_xml(message);
    }
    response.body += "</ReceiveMessageResult></ReceiveMessageResponse>\n";
    return response;
}

bool wants_xml(const HttpRequest& request) {
    const std::string* accept = request.header("Accept");
    return accept != nullptr && accept->find("xml") != std::string::npos &&
           accept->find("json") == std::string::npos && accept->find("html") == std::string::npos;
}

}  // namespace

bool is_peek(std::string_view path) {
    return path == root || (path.starts_with(root) && path[root.size()] == '/');
}

HttpResponse peek(const Clouds& clouds, const HttpRequest& request) {
    if (request.method != "GET" && request.method != "HEAD" && request.method != "POST") {
        return error_response(405, "the method must be GET or POST");
    }
    try {
        const Parameters parameters = read_parameters(request);
        const Wanted wanted = wanted_queue(request, parameters);
        const sqs::Queue* queue = find_queue(clouds, wanted);
        if (queue == nullptr) {
            return json_response(
                400,
                {{"__type", "com.amazonaws.sqs#QueueDoesNotExist"},
                 {"message",
                  "there is no queue '" + wanted.name + "' in account " + wanted.account}});
        }
        const sqs::PeekOptions options{flag(parameters, "ShowInvisible"),
                                       flag(parameters, "ShowDelayed")};
        const Json messages = sqs::peek(*queue, options);
        return wants_xml(request) ? xml_response(messages)
                                  : json_response(200, {{"Messages", messages}});
    } catch (const UsageError& error) {
        return error_response(400, error.what());
    }
}

}  // namespace orrery::server
