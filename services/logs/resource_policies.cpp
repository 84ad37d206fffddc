#include "services/logs/resource_policies.h"

#include "engine/error.h"
#include "engine/store.h"
#include "engine/world.h"

#include <nlohmann/json.hpp>

namespace orrery::logs {

namespace {

using Json = nlohmann::json;

constexpr const char* table = "logs/policies";  // an account and Region's by its scope

}  // namespace

ResourcePolicies::ResourcePolicies(World& world, std::string scope)
    : world_(world), scope_(std::move(scope)), changed_(std::make_shared<bool>(false)) {
    if (world_.store == nullptr) {
        return;
    }
    world_.store->each(table, [this](std::string_view key, std::string_view value) {
        if (key != scope_) {
            return;
        }
        try {
            const Json record = Json::parse(value);
            for (const auto& [name, policy] : record.items()) {
                policies_[name] = {policy.at("document"), policy.at("updated")};
            }
        } catch (const Json::exception&) {
            throw UsageError("the state on disk is damaged: a record of CloudWatch Logs");
        }
    });
    world_.store->add_saver([this, alive = std::weak_ptr<bool>(changed_)] {
        if (alive.expired() || !*changed_) {
            return;
        }
        *changed_ = false;
        Json record = Json::object();
        for (const auto& [name, policy] : policies_) {
            record[name] = {{"document", policy.document}, {"updated", policy.updated}};
        }
        world_.store->put(table, scope_, record.dump());
    });
}

void ResourcePolicies::changed() {
    if (world_.store != nullptr) {
        *changed_ = true;
        world_.store->touch();
    }
}

void ResourcePolicies::put(const std::string& name, ResourcePolicy policy) {
    policies_[name] = std::move(policy);
    changed();
}

bool ResourcePolicies::remove(const std::string& name) {
    if (policies_.erase(name) == 0) {
        return false;
    }
    changed();
    return true;
}

}  // namespace orrery::logs
