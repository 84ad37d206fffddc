#include "services/lambda/layers.h"

#include "services/aws/error.h"
#include "services/lambda/limits.h"
#include "services/lambda/refusal.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace orrery::lambda {

namespace {

std::string_view without_version(std::string_view arn) {
    return arn.substr(0, arn.rfind(':'));
}

}  // namespace

LayerVersion& Layers::publish(const std::string& name, LayerVersion version) {
    Layer& layer = layers_[name];
    version.layer_arn = arn(name);
    version.number = ++layer.last_number;
    return layer.versions[version.number] = std::move(version);
}

LayerVersion* Layers::find(std::string_view name, std::uint64_t number) {
    const auto layer = layers_.find(name);
    if (layer == layers_.end()) {
        return nullptr;
    }
    const auto version = layer->second.versions.find(number);
    return version == layer->second.versions.end() ? nullptr : &version->second;
}

LayerVersion* Layers::find_arn(std::string_view arn) {
    const std::string_view layer = without_version(arn);
    const std::string_view digits = arn.substr(std::min(arn.size(), layer.size() + 1));
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) {
        return nullptr;
    }
    LayerVersion* version = find(aws::arn_name(layer), number);
    return version == nullptr || version->layer_arn != layer ? nullptr : version;
}

void Layers::remove(std::string_view name, std::uint64_t number) {
    const auto layer = layers_.find(name);
    if (layer != layers_.end()) {
        layer->second.versions.erase(number);
    }
}

void Layers::attach(const std::vector<std::string>& arns,
                    std::int64_t code_size,
                    FunctionConfiguration& configuration,
                    FunctionDescription& description) {
    if (arns.size() > limits::layers_of_a_function) {
        invalid_parameter("Cannot reference more than 5 layers.");  // [LS test_lambda_api]
    }
    std::vector<std::filesystem::path> folders;
    std::vector<LayerReference> references;
    std::int64_t size = code_size;
    for (const std::string& layer : arns) {
        const LayerVersion* version = find_arn(layer);
        if (version == nullptr) {
            invalid_parameter("Layer version " + layer +
                              " does not exist.");  // [public error logs]
        }
        for (const LayerReference& other : references) {
            if (without_version(other.arn) == without_version(layer)) {
                // [LS]
                invalid_parameter(
                    "Two different versions of the same layer are not allowed to be referenced in "
                    "the same function. " +
                    other.arn + " and " + layer + " are versions of the same layer.");
            }
        }
        size += version->code.unpacked_size;
        folders.push_back(version->code.directory);
        references.push_back({layer, version->code.size});
    }
    if (!arns.empty() && size > limits::unpacked_bytes) {
        // [public error logs]
        invalid_parameter(
            "Function code combined with layers exceeds the maximum allowed size of " +
            std::to_string(limits::unpacked_bytes) + " bytes. The actual size is " +
            std::to_string(size) + " bytes.");
    }
    configuration.layers = std::move(folders);
    description.layers = std::move(references);
}

std::string layer_name(std::string_view text) {
    return std::string(aws::arn_name(text));
}

}  // namespace orrery::lambda
