/// Layers: all layers of the account in the Region, with their versions.
#pragma once

#include "engine/time.h"
#include "services/aws/identity.h"
#include "services/lambda/code_store.h"
#include "services/lambda/function_version.h"
#include "services/lambda/resource_policy.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

struct LayerVersion {
    std::string layer_arn;
    std::uint64_t number = 0;
    CodePackage code;
    std::string description;
    std::string license;
    std::vector<std::string> architectures;
    std::vector<std::string> runtimes;
    Instant created;
    ResourcePolicy policy;

    std::string arn() const { return layer_arn + ":" + std::to_string(number); }
};

struct Layer {
    std::uint64_t last_number = 0;  // numbers are not used again. [docs: API_DeleteLayerVersion]
    std::map<std::uint64_t, LayerVersion> versions;
};

class Layers {
public:
    explicit Layers(aws::Identity identity) : identity_(std::move(identity)) {}

    std::string arn(const std::string& name) const {
        return identity_.arn("lambda", "layer:" + name);
    }
    std::map<std::string, Layer, std::less<>>& all() { return layers_; }
    const std::map<std::string, Layer, std::less<>>& all() const { return layers_; }
    /// The version's arn, number and instant are its caller's to fill in, all but the first two.
    LayerVersion& publish(const std::string& name, LayerVersion version);
    /// Null if there is none.
    LayerVersion* find(std::string_view name, std::uint64_t number);
    LayerVersion* find_arn(std::string_view arn);
    /// Functions that have it keep it. [docs: API_DeleteLayerVersion]
    void remove(std::string_view name, std::uint64_t number);

    /// Gives a function these layers. Throws AWS's errors for layers that are not there, are too
    /// many, or too large together with the function's code.
    void attach(const std::vector<std::string>& arns,
                std::int64_t code_size,
                FunctionConfiguration& configuration,
                FunctionDescription& description);

private:
    aws::Identity identity_;
    std::map<std::string, Layer, std::less<>> layers_;
};

/// "layer" or a layer's ARN: its name.
std::string layer_name(std::string_view text);

}  // namespace orrery::lambda
