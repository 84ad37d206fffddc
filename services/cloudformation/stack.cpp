#include "services/cloudformation/stack.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/aws/api.h"
#include "services/aws/error.h"
#include "services/cloudformation/contains.h"
#include "services/cloudformation/deploy_order.h"
#include "services/cloudformation/intrinsics.h"
#include "services/cloudformation/resource_type.h"
#include "services/cloudformation/stack_names.h"
#include "services/cloudformation/template.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace orrery::cloudformation {

namespace {

bool is_empty(const Json& value) {
    return value.is_string()       ? value == ""
           : value.is_structured() ? value.empty()
                                   : value.is_null();
}

/// Names the resource's type knows, whatever becomes of them.
std::vector<std::string_view> property_names(const ResourceType& type) {
    std::vector<std::string_view> names = type.used;
    names.insert(names.end(), type.accepted.begin(), type.accepted.end());
    return names;
}

void check_property_names(const Resource& resource, const ResourceType& type) {
    const std::vector<std::string_view> known = property_names(type);
    for (const auto& [key, value] : resource.properties.members) {
        if (!contains(known, key.text) && !contains(type.unsupported, key.text)) {
            throw UsageError(key.where,
                             "unknown property '" + key.text + "' of " + resource.type +
                                 suggestion(key.text, known));
        }
    }
    for (const std::string_view name : type.required) {
        if (!resource.properties.find(name)) {
            throw UsageError(resource.where,
                             "resource " + resource.logical_id + " (" + resource.type +
                                 ") lacks the property " + std::string(name));
        }
    }
}

}  // namespace

struct Stack::State {
    State(World& its_world,
          const aws::Identity& its_identity,
          aws::Api& its_api,
          const std::string& name)
        : world(its_world),
          identity(its_identity),
          api(its_api),
          names(identity,
                name,
                identity.arn("cloudformation",
                             "stack/" + name + "/" +
                                 world.random.stream("cloudformation/" + name).uuid())) {}

    std::set<std::size_t> needs_of(const Resource& resource,
                                   const std::vector<const Resource*>& wanted) const;
    std::vector<const Resource*> in_order(const std::vector<const Resource*>& wanted) const;
    Properties evaluate_properties(const Resource& resource, const ResourceType& type) const;
    void create(const Resource& resource);
    void create_all();
    const Made& made(std::string_view logical_id) const;

    World& world;
    const aws::Identity& identity;
    aws::Api& api;
    StackNames names;
    bool deployed = false;
    Existing existing = Existing::compared;
    std::vector<std::string> logical_ids;
    Json outputs = Json::object();
};

std::set<std::size_t> Stack::State::needs_of(const Resource& resource,
                                             const std::vector<const Resource*>& wanted) const {
    std::set<std::size_t> needs;
    const auto add = [&](const std::string& logical_id) {
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (wanted[i]->logical_id == logical_id) {
                needs.insert(i);
            }
        }
    };
    const auto on_reference =
        [&](const std::string& name, const std::string& attribute, const Location& where) {
            names.check_reference(name, attribute, where);
            if (!names.is_parameter(name)) {
                add(name);
            }
        };
    visit_references(resource.properties, names, on_reference);
    for (const Mention& dependency : resource.depends_on) {
        names.check_resource(dependency);
        add(dependency.name);
    }
    return needs;
}

std::vector<const Resource*> Stack::State::in_order(
    const std::vector<const Resource*>& wanted) const {
    std::vector<std::set<std::size_t>> needs;
    for (const Resource* resource : wanted) {
        needs.push_back(needs_of(*resource, wanted));
    }
    const DeployOrder found = deploy_order(needs);
    if (!found.cycle.empty()) {
        std::string circle;
        for (const std::size_t index : found.cycle) {
            circle += wanted[index]->logical_id + " -> ";
        }
        const Resource& first = *wanted[found.cycle.front()];
        throw UsageError(first.where,
                         "resources need each other in a circle: " + circle + first.logical_id);
    }
    std::vector<const Resource*> ordered;
    for (const std::size_t index : found.order) {
        ordered.push_back(wanted[index]);
    }
    return ordered;
}

Properties Stack::State::evaluate_properties(const Resource& resource,
                                             const ResourceType& type) const {
    Properties properties(resource.type, resource.where);
    for (const auto& [key, value] : resource.properties.members) {
        auto result = evaluate(value, names);
        if (!result) {
            continue;
        }
        if (contains(type.unsupported, key.text)) {
            if (is_empty(*result)) {
                continue;
            }
            throw UsageError(key.where,
                             resource.type + ": the property " + key.text + " is not supported");
        }
        properties.set(key.text, std::move(*result), value.where);
    }
    for (const std::string_view name : type.required) {
        if (!properties.has(name)) {
            properties.fail(name, "must have a value");
        }
    }
    return properties;
}

void Stack::State::create(const Resource& resource) {
    const ResourceType& type = cloudformation::resource_type(resource.type, resource.type_where);
    const Properties properties = evaluate_properties(resource, type);
    Creation creation{
        properties,
        api,
        identity,
        names.source().directory,
        names.stack_name(),
        resource.logical_id,
        world.random.stream("cloudformation/" + names.stack_name() + "/" + resource.logical_id),
        existing};
    try {
        names.add(resource.logical_id, {&type, type.create(creation)});
    } catch (const aws::ApiError& error) {
        throw UsageError(resource.where,
                         "resource " + resource.logical_id + " (" + resource.type +
                             ") could not be made: " + error.code() + ": " + error.message());
    }
}

void Stack::State::create_all() {
    std::vector<const Resource*> wanted;
    for (const Resource& resource : names.source().resources) {
        if (!names.is_wanted(resource.condition)) {
            continue;
        }
        check_property_names(resource,
                             cloudformation::resource_type(resource.type, resource.type_where));
        wanted.push_back(&resource);
    }
    for (const Resource* resource : in_order(wanted)) {
        create(*resource);
    }
    for (const Resource* resource : wanted) {
        logical_ids.push_back(resource->logical_id);
    }
    for (const Output& output : names.source().outputs) {
        if (!names.is_wanted(output.condition)) {
            continue;
        }
        if (auto value = evaluate(output.value, names)) {
            outputs[output.name] = std::move(*value);
        }
    }
}

const Made& Stack::State::made(std::string_view logical_id) const {
    if (const Made* found = names.made(logical_id)) {
        return *found;
    }
    const std::vector<std::string_view> known(logical_ids.begin(), logical_ids.end());
    throw UsageError("the stack has no resource '" + std::string(logical_id) + "'" +
                     suggestion(logical_id, known));
}

Stack::Stack(World& world, const aws::Identity& identity, aws::Api& api, const std::string& name)
    : state_(std::make_unique<State>(world, identity, api, name)) {}
Stack::~Stack() = default;
Stack::Stack(Stack&&) noexcept = default;

void Stack::deploy(const Template& source,
                   const std::map<std::string, std::string>& parameters,
                   Existing existing) {
    ENSURE(!std::exchange(state_->deployed, true));
    state_->existing = existing;
    state_->names.begin(source, parameters);
    try {
        state_->create_all();
    } catch (const UsageError& error) {
        throw UsageError(state_->names.without_secrets(error.what()));
    }
}

const std::vector<std::string>& Stack::logical_ids() const {
    return state_->logical_ids;
}

bool Stack::has(std::string_view logical_id) const {
    return state_->names.made(logical_id) != nullptr;
}

const std::string& Stack::physical_id(std::string_view logical_id) const {
    return state_->made(logical_id).created.physical_id;
}

const std::string& Stack::attribute(std::string_view logical_id, std::string_view name) const {
    const Made& made = state_->made(logical_id);
    const auto found = made.created.attributes.find(name);
    if (found == made.created.attributes.end()) {
        throw UsageError(std::string(made.type->name) + " has no attribute '" + std::string(name) +
                         "' here" + suggestion(name, made.type->attributes));
    }
    return found->second;
}

std::string_view Stack::resource_type(std::string_view logical_id) const {
    return state_->made(logical_id).type->name;
}

const Json& Stack::outputs() const {
    return state_->outputs;
}

Json Stack::resolve(const Json& value, const Location& where) const {
    try {
        return evaluate(document_of(value, where), state_->names).value_or(Json());
    } catch (const UsageError& error) {
        throw UsageError(state_->names.without_secrets(error.what()));
    }
}

}  // namespace orrery::cloudformation
