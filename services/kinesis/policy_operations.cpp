// Resource policies of streams and consumers: kept, and not enforced. [docs: API_PutResourcePolicy]
#include "services/kinesis/operations.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace orrery::kinesis {

namespace {

/// What ResourceARN names has it; empty: none.
struct Protected {
    Stream& stream;
    std::string& policy;
};

Protected find_policy(Request& request) {
    const Streams::Resource resource = named_resource(request);
    std::string& policy =
        resource.consumer == nullptr ? resource.stream->settings.policy : resource.consumer->policy;
    return {*resource.stream, policy};
}

Json put_resource_policy(Request& request) {
    const Protected resource = find_policy(request);
    std::string policy = request.parameters.string("Policy");
    request.parameters.finish();
    // (wordings unverified)
    if (policy.size() > limits::policy_bytes) {
        throw limit_exceeded("The policy exceeds the maximum size of 20 KB.");
    }
    if (!Json::parse(policy, nullptr, false).is_object()) {
        throw invalid_argument("The policy is not valid JSON.");
    }
    resource.policy = std::move(policy);
    resource.stream.changed();
    return Json::object();
}

Json get_resource_policy(Request& request) {
    const Protected resource = find_policy(request);
    request.parameters.finish();
    if (resource.policy.empty()) {
        // (wording unverified)
        throw aws::ApiError("ResourceNotFoundException",
                            "Resource policy not found for resource ARN " +
                                request.parameters.string("ResourceARN"));
    }
    return {{"Policy", resource.policy}};
}

Json delete_resource_policy(Request& request) {
    const Protected resource = find_policy(request);
    request.parameters.finish();
    if (resource.policy.empty()) {
        // (wording unverified)
        throw aws::ApiError("ResourceNotFoundException",
                            "Resource policy not found for resource ARN " +
                                request.parameters.string("ResourceARN"));
    }
    resource.policy.clear();
    resource.stream.changed();
    return Json::object();
}

}  // namespace

void add_policy_operations(const Rows& rows) {
    rows.add("DeleteResourcePolicy", delete_resource_policy);
    rows.add("GetResourcePolicy", get_resource_policy);
    rows.add("PutResourcePolicy", put_resource_policy);
}

}  // namespace orrery::kinesis
