#include "services/aws/error.h"
#include "services/lambda/control_plane.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

using aws::ApiError;
using aws::Parameters;

using Cors = FunctionUrl::Cors;

/// In microseconds. (unverified)
std::string url_timestamp(Instant instant) {
    std::string text = iso8601(instant);
    text.replace(text.size() - 1, 1, "000Z");
    return text;
}

Json describe(const Cors& cors) {
    Json answer = Json::object();
    const auto add = [&](const char* name, const std::vector<std::string>& values) {
        if (!values.empty()) {
            answer[name] = values;
        }
    };
    add("AllowHeaders", cors.allow_headers);
    add("AllowMethods", cors.allow_methods);
    add("AllowOrigins", cors.allow_origins);
    add("ExposeHeaders", cors.expose_headers);
    if (cors.allow_credentials) {
        answer["AllowCredentials"] = true;
    }
    if (cors.max_age_seconds) {
        answer["MaxAge"] = *cors.max_age_seconds;
    }
    return answer;
}

enum class Shown : std::uint8_t { created, all };

Json describe(const Request& request,
              const Function& function,
              const FunctionUrl& url,
              Shown shown) {
    Json answer{
        {"FunctionUrl", "https://" + url.host(request.control.identity().region) + "/"},
        {"FunctionArn", request.arn(function, url.qualifier)},
        {"AuthType", url.auth_type == FunctionUrl::AuthType::none ? "NONE" : "AWS_IAM"},
        {"InvokeMode",
         url.invoke_mode == FunctionUrl::InvokeMode::buffered ? "BUFFERED" : "RESPONSE_STREAM"},
        {"CreationTime", url_timestamp(url.created)}};
    if (shown == Shown::all) {
        answer["LastModifiedTime"] = url_timestamp(url.last_modified);
    }
    if (url.cors) {
        answer["Cors"] = describe(*url.cors);
    }
    return answer;
}

/// An empty structure takes the configuration away. [terraform-provider-aws relies on it]
std::optional<Cors> read_cors(const Json& given) {
    if (given.empty()) {
        return std::nullopt;
    }
    Parameters members(given, "Cors");
    Cors cors;
    cors.allow_credentials = members.optional_boolean("AllowCredentials").value_or(false);
    cors.allow_headers = members.strings("AllowHeaders");
    cors.allow_methods = members.strings("AllowMethods");
    cors.allow_origins = members.strings("AllowOrigins");
    cors.expose_headers = members.strings("ExposeHeaders");
    cors.max_age_seconds = members.optional_integer("MaxAge");
    members.finish();
    return cors;
}

/// What Create sets and Update changes.
void read(Parameters& parameters, FunctionUrl& url) {
    if (const auto type = parameters.optional_string("AuthType")) {
        url.auth_type = *type == "NONE" ? FunctionUrl::AuthType::none : FunctionUrl::AuthType::iam;
    }
    if (const auto mode = parameters.optional_string("InvokeMode")) {
        url.invoke_mode = *mode == "BUFFERED" ? FunctionUrl::InvokeMode::buffered
                                              : FunctionUrl::InvokeMode::response_stream;
    }
    if (const Json* cors = parameters.optional("Cors")) {
        url.cors = read_cors(*cors);
    }
    parameters.finish();
}

struct FunctionUrlPlace {
    Function& function;
    std::string qualifier;
};

[[noreturn]] void not_found(const std::string& message) {
    throw ApiError("ResourceNotFoundException", message, 404);
}

/// What Get and Delete say of a function as of a URL that is not there. [LS provider]
constexpr const char* no_such_url = "The resource you requested does not exist.";
constexpr const char* no_such_function = "Function does not exist";  // [LS]

FunctionUrlPlace function_url_place(Request& request, const char* without_function) {
    const FunctionReference reference = request.reference();
    if (!reference.qualifier.empty()) {
        check_alias_name(reference.qualifier, "qualifier", "((?!^\\d+$)^[0-9a-zA-Z-_]+$)");
    }
    if (request.functions().main_version(reference) == nullptr) {
        not_found(without_function);
    }
    return {*request.functions().find(reference.name), reference.qualifier};
}

FunctionUrl& existing_function_url(const FunctionUrlPlace& at) {
    const auto found = at.function.urls.find(at.qualifier);
    if (found == at.function.urls.end()) {
        not_found(no_such_url);
    }
    return found->second;
}

/// 32 letters and digits. [docs: urls-configuration]
std::string new_id(RandomStream& random) {
    constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    std::string id;
    for (int letter = 0; letter < 32; ++letter) {
        id.push_back(alphabet[static_cast<std::size_t>(random.below(alphabet.size()))]);
    }
    return id;
}

Json create_function_url(Request& request) {
    const FunctionUrlPlace at = function_url_place(request, no_such_function);
    FunctionUrl url;
    read(request.parameters, url);
    if (at.function.urls.contains(at.qualifier)) {
        // [public error logs: terraform-provider-aws]
        throw ApiError("ResourceConflictException",
                       "Failed to create function url config for [functionArn = " +
                           request.arn(at.function, at.qualifier) +
                           "]. Error message:  FunctionUrlConfig exists for this Lambda function",
                       409);
    }
    url.id = new_id(request.control.random);
    url.qualifier = at.qualifier;
    url.created = url.last_modified = request.now();
    return describe(request, at.function, at.function.urls[at.qualifier] = url, Shown::created);
}

Json update_function_url(Request& request) {
    const FunctionUrlPlace at = function_url_place(request, no_such_function);
    FunctionUrl& url = existing_function_url(at);
    FunctionUrl changed = url;
    read(request.parameters, changed);
    changed.last_modified = request.now();
    return describe(request, at.function, url = changed, Shown::all);
}

Json get_function_url(Request& request) {
    const FunctionUrlPlace at = function_url_place(request, no_such_url);
    request.parameters.finish();
    return describe(request, at.function, existing_function_url(at), Shown::all);
}

Json remove_function_url(Request& request) {
    const FunctionUrlPlace at = function_url_place(request, no_such_url);
    request.parameters.finish();
    existing_function_url(at);
    at.function.urls.erase(at.qualifier);
    return Json::object();
}

Json list_function_urls(Request& request) {
    const Function* function = request.functions().find(request.reference().name);
    if (function == nullptr) {
        not_found(no_such_function);  // [LS provider]
    }
    const Page page(request, "FunctionUrlConfigs");
    request.parameters.finish();
    std::vector<std::pair<std::string, Json>> items;
    for (const auto& [qualifier, url] : function->urls) {
        items.emplace_back(qualifier, describe(request, *function, url, Shown::all));
    }
    return page.answer(std::move(items));
}

}  // namespace

void add_url_operations(const Rows& rows) {
    rows.add("CreateFunctionUrlConfig", create_function_url);
    rows.add("DeleteFunctionUrlConfig", remove_function_url);
    rows.add("GetFunctionUrlConfig", get_function_url);
    rows.add("ListFunctionUrlConfigs", list_function_urls);
    rows.add("UpdateFunctionUrlConfig", update_function_url);
}

}  // namespace orrery::lambda
