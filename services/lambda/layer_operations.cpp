#include "services/aws/error.h"
#include "services/lambda/code_parameters.h"
#include "services/lambda/control_plane.h"
#include "services/lambda/refusal.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::lambda {

namespace {

using aws::ApiError;
using aws::Parameters;

/// As lists have it.
Json describe(const LayerVersion& version) {
    Json answer{{"LayerVersionArn", version.arn()},
                {"Version", version.number},
                {"Description", version.description},
                {"CreatedDate", timestamp(version.created)}};
    if (!version.runtimes.empty()) {
        answer["CompatibleRuntimes"] = version.runtimes;
    }
    if (!version.architectures.empty()) {
        answer["CompatibleArchitectures"] = version.architectures;
    }
    if (!version.license.empty()) {
        answer["LicenseInfo"] = version.license;
    }
    return answer;
}

/// By itself, with its content.
Json describe_whole(const Request& request, const LayerVersion& version) {
    Json answer = describe(version);
    answer["LayerArn"] = version.layer_arn;
    answer["Content"] = {{"CodeSize", version.code.size}};
    if (!version.code.sha256.empty()) {
        answer["Content"]["CodeSha256"] = version.code.sha256;
        answer["Content"]["Location"] =
            code_location(request.control, request.caller, version.code.sha256);
    }
    return answer;
}

Json publish_layer_version(Request& request) {
    Parameters& parameters = request.parameters;
    const std::string name = layer_name(parameters.string("LayerName"));
    LayerVersion version;
    version.description = parameters.optional_string("Description").value_or("");
    version.license = parameters.optional_string("LicenseInfo").value_or("");
    version.runtimes = parameters.strings("CompatibleRuntimes");
    version.architectures = parameters.strings("CompatibleArchitectures");
    const Json* content = parameters.optional("Content");
    parameters.finish();
    if (content != nullptr) {
        Parameters members(*content, "PublishLayerVersion.Content");
        version.code = read_code(members, request.control.code, "PublishLayerVersion");
    }
    if (version.code.directory.empty()) {
        invalid_parameter("Please provide a source for layer code.");  // (text unverified)
    }
    version.created = request.now();
    return describe_whole(request, request.control.layers.publish(name, std::move(version)));
}

std::uint64_t version_number(Parameters& parameters) {
    const std::int64_t number = parameters.optional_integer("VersionNumber").value_or(0);
    if (number < 1) {
        invalid_parameter("Layer Version Cannot be less than 1");  // [LS provider]
    }
    return static_cast<std::uint64_t>(number);
}

const LayerVersion& checked(const LayerVersion* version) {
    if (version == nullptr) {
        // [LS provider]
        throw ApiError(
            "ResourceNotFoundException", "The resource you requested does not exist.", 404);
    }
    return *version;
}

Json get_layer_version(Request& request) {
    const std::string name = layer_name(request.parameters.string("LayerName"));
    const std::uint64_t number = version_number(request.parameters);
    request.parameters.finish();
    return describe_whole(request, checked(request.control.layers.find(name, number)));
}

Json get_by_arn(Request& request) {
    const std::string arn = request.parameters.string("Arn");
    request.parameters.finish();
    return describe_whole(request, checked(request.control.layers.find_arn(arn)));
}

/// A version that is not there is no error. [docs: API_DeleteLayerVersion names none]
Json remove_layer_version(Request& request) {
    const std::string name = layer_name(request.parameters.string("LayerName"));
    const std::uint64_t number = version_number(request.parameters);
    request.parameters.finish();
    request.control.layers.remove(name, number);
    return Json::object();
}

/// Whether a version is for what a list asks for; one that names nothing is for everything.
class Wanted {
public:
    explicit Wanted(Parameters& parameters)
        : runtime_(parameters.optional_string("CompatibleRuntime")),
          architecture_(parameters.optional_string("CompatibleArchitecture")) {}

    bool is(const LayerVersion& version) const {
        return matches(runtime_, version.runtimes) && matches(architecture_, version.architectures);
    }

private:
    static bool matches(const std::optional<std::string>& one,
                        const std::vector<std::string>& among) {
        return !one || std::find(among.begin(), among.end(), *one) != among.end();
    }

    std::optional<std::string> runtime_;
    std::optional<std::string> architecture_;
};

Json list_layers(Request& request) {
    const Wanted wanted(request.parameters);
    const Page page(request, "Layers");
    request.parameters.finish();
    std::vector<std::pair<std::string, Json>> items;
    for (const auto& [name, layer] : request.control.layers.all()) {
        const auto newest =
            std::find_if(layer.versions.rbegin(), layer.versions.rend(), [&](const auto& version) {
                return wanted.is(version.second);
            });
        if (newest != layer.versions.rend()) {
            items.emplace_back(name,
                               Json{{"LayerName", name},
                                    {"LayerArn", request.control.layers.arn(name)},
                                    {"LatestMatchingVersion", describe(newest->second)}});
        }
    }
    return page.answer(std::move(items));
}

/// The newest first.
Json list_layer_versions(Request& request) {
    const std::string name = layer_name(request.parameters.string("LayerName"));
    const Wanted wanted(request.parameters);
    const Page page(request, "LayerVersions");
    request.parameters.finish();
    std::vector<std::pair<std::string, Json>> items;
    const auto layer = request.control.layers.all().find(name);
    if (layer != request.control.layers.all().end()) {
        for (auto version = layer->second.versions.rbegin();
             version != layer->second.versions.rend();
             ++version) {
            if (wanted.is(version->second)) {
                items.emplace_back(sortable(~version->first), describe(version->second));
            }
        }
    }
    return page.answer(std::move(items));
}

}  // namespace

void add_layer_operations(const Rows& rows) {
    rows.add("DeleteLayerVersion", remove_layer_version);
    rows.add("GetLayerVersion", get_layer_version);
    rows.add("GetLayerVersionByArn", get_by_arn);
    rows.add("ListLayerVersions", list_layer_versions);
    rows.add("ListLayers", list_layers);
    rows.add("PublishLayerVersion", publish_layer_version);
}

}  // namespace orrery::lambda
