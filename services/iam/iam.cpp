#include "services/iam/iam.h"

#include "engine/store.h"
#include "engine/world.h"
#include "services/iam/entities.h"
#include "services/iam/request.h"
#include "services/iam/saved_entities.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace orrery::iam {

namespace {

constexpr const char* table = "iam";  // an account's entities by its number

/// The default account's stream is called "iam", another's "123456789012/iam".
std::string stream_name(const std::string& account) {
    return account == "000000000000" ? "iam" : account + "/iam";
}

bool only_reads(std::string_view operation) {
    return operation.starts_with("Get") || operation.starts_with("List");
}

const AccessKey* find_key(const User& user, std::string_view id) {
    const auto found = std::find_if(user.access_keys.begin(),
                                    user.access_keys.end(),
                                    [&](const AccessKey& key) { return key.id == id; });
    return found == user.access_keys.end() ? nullptr : &*found;
}

}  // namespace

IamService::IamService(World& world, std::string account)
    : world_(world),
      account_(std::move(account)),
      random_(world.random.stream(stream_name(account_))),
      entities_(std::make_unique<Entities>()),
      api_("iam") {
    for (const auto add : {add_role_operations,
                           add_user_operations,
                           add_access_key_operations,
                           add_group_operations,
                           add_instance_profile_operations,
                           add_policy_operations,
                           add_policy_version_operations,
                           add_inline_policy_operations,
                           add_attachment_operations,
                           add_tag_operations,
                           add_service_linked_role_operations,
                           add_account_operations}) {
        add(api_, *this);
    }
    if (world_.store != nullptr) {
        world_.store->each(table, [this](std::string_view key, std::string_view value) {
            if (key == account_) {
                *entities_ = read_entities(value);
            }
        });
        world_.store->add_saver([this] { save(); });
    }
}

IamService::~IamService() = default;

bool IamService::empty() const {
    const Entities& all = *entities_;
    return all.roles.empty() && all.users.empty() && all.groups.empty() && all.policies.empty() &&
           all.instance_profiles.empty() && !all.alias;
}

std::optional<RoleFacts> IamService::find_role(std::string_view arn) const {
    const std::string_view name = arn.substr(arn.rfind('/') + 1);
    const auto found = entities_->roles.find(name);
    if (found == entities_->roles.end() || found->second.arn != arn) {
        return std::nullopt;
    }
    return RoleFacts{found->second.id, found->second.most_session_seconds};
}

std::optional<UserFacts> IamService::find_user_of_key(std::string_view access_key) const {
    for (const auto& [name, user] : entities_->users) {
        const AccessKey* key = find_key(user, access_key);
        if (key != nullptr && key->active) {
            return UserFacts{user.id, user.arn};
        }
    }
    return std::nullopt;
}

std::optional<std::string> IamService::find_secret(std::string_view access_key) const {
    for (const auto& [name, user] : entities_->users) {
        if (const AccessKey* key = find_key(user, access_key)) {
            return key->secret;
        }
    }
    return std::nullopt;
}

void IamService::changed() {
    if (world_.store != nullptr) {
        changed_ = true;
        world_.store->touch();
    }
}

void IamService::save() {
    if (std::exchange(changed_, false)) {
        world_.store->put(table, account_, entities_record(*entities_));
    }
}

void Rows::add(std::string name, Operation operation) const {
    add_function(std::move(name), operation);
}

void Rows::add_function(std::string name, std::function<Json(Request&)> operation) const {
    IamService& service = service_;
    const std::string operation_name = name;
    api_.add_for_caller(
        std::move(name),
        [&service, operation_name, operation = std::move(operation)](const aws::Call& call) {
            Request request{*service.entities_,
                            service.account_,
                            service.world_.loop.now(),
                            service.random_,
                            aws::Parameters(call.parameters, operation_name),
                            call.caller};
            Json answer = operation(request);
            if (!only_reads(operation_name)) {
                service.changed();
            }
            return answer;
        });
}

}  // namespace orrery::iam
