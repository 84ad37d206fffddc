/// What operations on managed policies share: ARNs, version numbers, documents.
#pragma once

#include "services/iam/request.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::iam {

/// PolicyArn, which has to have the form of one.
std::string policy_arn(Request& request);
/// The customer's policy of that ARN, or NoSuchEntity.
Policy& existing_policy(Request& request, const std::string& arn);
/// A PolicyDocument that may become a managed policy's.
std::string managed_document(Request& request);

/// "v3"
std::string version_text(std::int64_t number);

}  // namespace orrery::iam
