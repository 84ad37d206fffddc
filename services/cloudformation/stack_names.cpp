#include "services/cloudformation/stack_names.h"

#include "services/cloudformation/contains.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::cloudformation {

namespace {

const std::vector<std::string_view> pseudo_parameters = {
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
};

}  // namespace

void StackNames::begin(const Template& source,
                       const std::map<std::string, std::string>& parameters) {
    source_ = source;
    parameters_ = parameter_values(source.parameters, parameters);
}

Json StackNames::reference(const std::string& target, const Location& where) const {
    if (const auto parameter = parameters_.find(target); parameter != parameters_.end()) {
        return parameter->second.is_list ? Json(parameter->second.items)
                                         : Json(parameter->second.text);
    }
    if (target == "AWS::AccountId") {
        return identity_.account;
    }
    if (target == "AWS::Region") {
        return identity_.region;
    }
    if (target == "AWS::Partition") {
        return "aws";
    }
    if (target == "AWS::URLSuffix") {
        return "amazonaws.com";
    }
    if (target == "AWS::StackName") {
        return stack_name_;
    }
    if (target == "AWS::StackId") {
        return stack_id_;
    }
    if (target == "AWS::NotificationARNs") {
        return Json::array();
    }
    return made_resource(target, where).created.physical_id;
}

Json StackNames::attribute(const std::string& resource,
                           const std::string& attribute,
                           const Location& where) const {
    check_reference(resource, attribute, where);
    const auto& attributes = made_resource(resource, where).created.attributes;
    const auto found = attributes.find(attribute);
    if (found == attributes.end()) {
        throw UsageError(
            where, "resource " + resource + " has no " + attribute + " as it is defined here");
    }
    return found->second;
}

bool StackNames::condition(const std::string& target, const Location& where) const {
    const DocumentNode* node = source_.conditions.find(target);
    if (!node) {
        std::vector<std::string_view> names;
        for (const auto& member : source_.conditions.members) {
            names.push_back(member.key.text);
        }
        throw UsageError(
            where, "the template has no condition '" + target + "'" + suggestion(target, names));
    }
    auto& under_way = conditions_under_way_;
    if (std::find(under_way.begin(), under_way.end(), target) != under_way.end()) {
        throw UsageError(where, "the condition " + target + " depends on itself");
    }
    under_way.push_back(target);
    struct Leave {
        std::vector<std::string>& names;
        ~Leave() { names.pop_back(); }
    } leave{under_way};
    return evaluate_condition(*node, *this);
}

const DocumentNode& StackNames::mapping(const std::string& target, const Location& where) const {
    if (const DocumentNode* found = source_.mappings.find(target)) {
        return *found;
    }
    std::vector<std::string_view> names;
    for (const auto& member : source_.mappings.members) {
        names.push_back(member.key.text);
    }
    throw UsageError(where,
                     "the template has no mapping '" + target + "'" + suggestion(target, names));
}

const Resource* StackNames::find_resource(std::string_view logical_id) const {
    const auto found = std::find_if(
        source_.resources.begin(), source_.resources.end(), [&](const Resource& resource) {
            return resource.logical_id == logical_id;
        });
    return found == source_.resources.end() ? nullptr : &*found;
}

std::vector<std::string_view> StackNames::resource_names() const {
    std::vector<std::string_view> names;
    for (const Resource& resource : source_.resources) {
        names.push_back(resource.logical_id);
    }
    return names;
}

const Made& StackNames::made_resource(const std::string& logical_id, const Location& where) const {
    if (const auto found = made_.find(logical_id); found != made_.end()) {
        return found->second;
    }
    check_reference(logical_id, "", where);
    const Resource* resource = find_resource(logical_id);
    throw UsageError(where,
                     !resource || is_wanted(resource->condition)
                         ? logical_id + " has no value here"
                         : "resource " + logical_id + " does not exist: its condition " +
                               resource->condition.name + " is false");
}

bool StackNames::is_wanted(const Mention& condition_name) const {
    return condition_name.name.empty() || condition(condition_name.name, condition_name.where);
}

void StackNames::check_reference(const std::string& target,
                                 const std::string& attribute,
                                 const Location& where) const {
    if (attribute.empty() &&
        (parameters_.count(target) > 0 || contains(pseudo_parameters, target))) {
        return;
    }
    const Resource* resource = find_resource(target);
    if (!resource) {
        std::vector<std::string_view> names = resource_names();
        if (attribute.empty()) {
            for (const auto& parameter : parameters_) {
                names.push_back(parameter.first);
            }
            names.insert(names.end(), pseudo_parameters.begin(), pseudo_parameters.end());
        }
        const std::string near = nearest(target, names);
        throw UsageError(where,
                         "the template has no " +
                             std::string(attribute.empty() ? "parameter or " : "") + "resource '" +
                             target + "'" + (near.empty() ? "" : "; did you mean '" + near + "'?"));
    }
    if (attribute.empty()) {
        return;
    }
    const ResourceType& type = cloudformation::resource_type(resource->type, resource->type_where);
    if (!contains(type.attributes, attribute)) {
        throw UsageError(where,
                         resource->type + " (" + target + ") has no attribute '" + attribute +
                             "' here" + suggestion(attribute, type.attributes));
    }
}

void StackNames::check_resource(const Mention& mention) const {
    if (!find_resource(mention.name)) {
        throw UsageError(mention.where,
                         "the template has no resource '" + mention.name + "'" +
                             suggestion(mention.name, resource_names()));
    }
}

const Made* StackNames::made(std::string_view logical_id) const {
    const auto found = made_.find(logical_id);
    return found == made_.end() ? nullptr : &found->second;
}

std::string StackNames::without_secrets(std::string text) const {
    constexpr std::string_view blot = "****";
    const auto blot_out = [&](const std::string& secret) {
        for (std::size_t at = 0;
             !secret.empty() && (at = text.find(secret, at)) != std::string::npos;
             at += blot.size()) {
            text.replace(at, secret.size(), blot);
        }
    };
    for (const auto& [name, value] : parameters_) {
        if (value.secret) {
            blot_out(value.text);
            std::for_each(value.items.begin(), value.items.end(), blot_out);
        }
    }
    return text;
}

}  // namespace orrery::cloudformation
