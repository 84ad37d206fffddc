#include "services/cloudformation/resource_type.h"

#include "engine/document.h"

#include <algorithm>
#include <iterator>

namespace orrery::cloudformation {

std::string Creation::generated_name(std::size_t longest, NameCase name_case) {
    constexpr std::string_view alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    std::string name = stack + "-" + logical_id;
    name.resize(std::min(name.size(), longest - 13));
    name += '-';
    for (int i = 0; i < 12; ++i) {
        name += alphabet[static_cast<std::size_t>(random.below(alphabet.size()))];
    }
    if (name_case == NameCase::lower) {
        for (char& c : name) {
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return name;
}

std::string Creation::name_or_generated(std::string_view property,
                                        std::size_t longest,
                                        NameCase name_case) {
    if (auto name = properties.text(property)) {
        return *name;
    }
    return generated_name(longest, name_case);
}

const std::vector<ResourceType>& resource_types() {
    static const std::vector<ResourceType> types = [] {
        std::vector<ResourceType> all;
        for (auto* of_service : {dynamodb_types,
                                 ec2_types,
                                 iam_types,
                                 kinesis_types,
                                 lambda_types,
                                 logs_types,
                                 rds_types,
                                 sqs_types}) {
            auto some = of_service();
            std::move(some.begin(), some.end(), std::back_inserter(all));
        }
        return all;
    }();
    return types;
}

const ResourceType& resource_type(const std::string& name, const Location& where) {
    const auto& types = resource_types();
    const auto found = std::find_if(
        types.begin(), types.end(), [&](const auto& type) { return type.name == name; });
    if (found != types.end()) {
        return *found;
    }
    // These are gone by now, yet may be what was meant.
    std::vector<std::string_view> names = {"AWS::Serverless::Function",
                                           "AWS::Serverless::LayerVersion",
                                           "AWS::Serverless::SimpleTable"};
    for (const ResourceType& type : types) {
        names.push_back(type.name);
    }
    const std::string near = nearest(name, names);
    throw UsageError(where,
                     "the resource type " + name + " is not supported" +
                         (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

}  // namespace orrery::cloudformation
