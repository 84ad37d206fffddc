#include "services/lambda/saved_state.h"

#include "engine/error.h"
#include "services/lambda/control_plane.h"
#include "services/lambda/event_source_mapping.h"
#include "services/lambda/saved_function.h"
#include "services/lambda/saved_mapping.h"

#include <nlohmann/json.hpp>

#include <set>
#include <utility>

namespace orrery::lambda {

namespace {

Json record_of(const LayerVersion& version) {
    return {{"number", version.number},
            {"directory", version.code.directory.string()},
            {"sha256", version.code.sha256},
            {"size", version.code.size},
            {"unpacked_size", version.code.unpacked_size},
            {"description", version.description},
            {"license", version.license},
            {"architectures", version.architectures},
            {"runtimes", version.runtimes},
            {"created", instant_record(version.created)},
            {"policy", policy_record(version.policy)}};
}

LayerVersion layer_version_in(const Json& record, CodeStore& code) {
    LayerVersion version;
    version.number = record.at("number");
    version.code.directory = code.present(record.at("directory").get<std::string>());
    version.code.sha256 = record.at("sha256");
    version.code.size = record.at("size");
    version.code.unpacked_size = record.at("unpacked_size");
    version.description = record.at("description");
    version.license = record.at("license");
    version.architectures = record.at("architectures").get<std::vector<std::string>>();
    version.runtimes = record.at("runtimes").get<std::vector<std::string>>();
    version.created = instant_in(record.at("created"));
    restore_policy(record.at("policy"), version.policy);
    return version;
}

Json layers_record(const Layers& layers) {
    Json records = Json::array();
    for (const auto& [name, layer] : layers.all()) {
        Json versions = Json::array();
        for (const auto& [number, version] : layer.versions) {
            versions.push_back(record_of(version));
        }
        records.push_back({name, layer.last_number, std::move(versions)});
    }
    return records;
}

void restore_layers(const Json& records, ControlPlane& control) {
    for (const Json& record : records) {
        const std::string name = record.at(0);
        Layer& layer = control.layers.all()[name];
        layer.last_number = record.at(1);
        for (const Json& saved : record.at(2)) {
            LayerVersion version = layer_version_in(saved, control.code);
            version.layer_arn = control.layers.arn(name);
            layer.versions[version.number] = std::move(version);
        }
    }
}

/// Folders of code that nobody has any more.
void tidy_code(ControlPlane& control) {
    std::set<std::string> names;
    const auto keep = [&names](const FunctionConfiguration& configuration) {
        names.insert(configuration.directory.filename());
        // Functions keep layers that were deleted since. [docs: API_DeleteLayerVersion]
        for (const std::filesystem::path& layer : configuration.layers) {
            names.insert(layer.filename());
        }
    };
    for (const auto& [name, function] : control.functions.all()) {
        keep(function->latest().configuration());
        for (const auto& [number, version] : function->published()) {
            keep(version->configuration());
        }
    }
    for (const auto& [name, layer] : control.layers.all()) {
        for (const auto& [number, version] : layer.versions) {
            names.insert(version.code.directory.filename());
        }
    }
    control.code.keep_only(names);
}

/// Starts what is provisioned, as an event: while the state is read, what environments need may not
/// be there yet.
void provision_soon(ControlPlane& control) {
    Loop& loop = control.functions.world().loop;
    control.provisioning = loop.at(loop.now(), [&control] {
        for (const auto& [name, function] : control.functions.all()) {
            for (const auto& [qualifier, provisioned] : function->provisioned) {
                function->find_version(provisioned.version)->provision(provisioned.requested);
            }
        }
    });
}

}  // namespace

std::string state_record(const ControlPlane& control) {
    Json record{{"functions", Json::array()},
                {"layers", layers_record(control.layers)},
                {"mappings", Json::array()}};
    for (const auto& [name, function] : control.functions.all()) {
        record["functions"].push_back(function_record(*function));
    }
    for (const auto& mapping : control.mappings->all()) {
        record["mappings"].push_back(mapping_record(*mapping));
    }
    for (const SavedMapping& mapping : control.mappings->waiting()) {
        record["mappings"].push_back(mapping_record(mapping));
    }
    return record.dump();
}

void read_state(std::string_view record, ControlPlane& control) {
    try {
        const Json saved = Json::parse(record);
        restore_layers(saved.at("layers"), control);
        for (const Json& function : saved.at("functions")) {
            restore_function(function, control);
        }
        for (const Json& mapping : saved.at("mappings")) {
            control.mappings->restore_later(mapping_in(mapping));
        }
    } catch (const Json::exception& error) {
        throw UsageError(std::string("the state of Lambda cannot be read: ") + error.what());
    }
    tidy_code(control);
    provision_soon(control);
}

}  // namespace orrery::lambda
