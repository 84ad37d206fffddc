/// What a LogsService is made of; only this folder sees it.
#pragma once

#include "services/logs/group_registry.h"
#include "services/logs/logs.h"
#include "services/logs/resource_policies.h"

namespace orrery::logs {

struct LogsService::State {
    State(World& world, const aws::Identity& identity)
        : groups(world, identity),
          policies(world, identity.account + "/" + identity.region + "/") {}

    GroupRegistry groups;
    ResourcePolicies policies;
};

}  // namespace orrery::logs
