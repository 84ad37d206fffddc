#include "services/dynamodb/control_operations.h"

#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/index_request.h"
#include "services/dynamodb/schema_json.h"
#include "services/dynamodb/table_request.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

namespace orrery::dynamodb {

void Rows::add(const std::string& operation, Json (*function)(Request& request)) const {
    api_.add_for_caller(operation,
                        [operation, function, control = &control_](const aws::Call& call) {
                            aws::Parameters parameters(call.parameters, operation);
                            Request request{*control, parameters, call.caller};
                            try {
                                return function(request);
                            } catch (const aws::ApiError& error) {
                                control->answered_with(error);
                                throw;
                            }
                        });
}

ManagedTable& existing_table(Request& request) {
    return request.control.existing(required_table_name(request.parameters));
}

aws::ApiError not_supported(std::string_view what) {
    return validation_error(std::string(what) + " is not supported by Orrery");
}

void refuse(aws::Parameters& parameters, std::string_view name) {
    if (parameters.optional(name) != nullptr) {
        throw not_supported("The parameter " + std::string(name));
    }
}

std::optional<StreamRequest> read_stream_specification(aws::Parameters& parameters,
                                                       const char* view_of_none) {
    const Json* specification = parameters.optional("StreamSpecification");
    if (specification == nullptr) {
        return std::nullopt;
    }
    const auto view = specification->find("StreamViewType");
    if (specification->at("StreamEnabled") == false) {
        if (view != specification->end()) {
            throw invalid_values(view_of_none);
        }
        return StreamRequest{};
    }
    if (view == specification->end()) {
        // (wording unverified)
        throw invalid_values("StreamViewType must be specified when StreamEnabled is true");
    }
    return StreamRequest{parse_view(view->get_ref<const std::string&>())};
}

std::optional<Encryption> read_encryption(ControlPlane& control, const Json& specification) {
    const std::string key = specification.value("KMSMasterKeyId", "");
    const std::string type = specification.value("SSEType", "KMS");
    if (type != "KMS") {
        // [docs: API_SSESpecification: the other one is not supported any more]
        throw invalid_values("SSEType " + type + " is not supported");
    }
    if (!specification.value("Enabled", false)) {
        if (!key.empty()) {
            // (wording unverified)
            throw invalid_values("KMSMasterKeyId cannot be specified when SSE is disabled");
        }
        return std::nullopt;
    }
    if (key.starts_with("arn:")) {
        return Encryption{key};
    }
    const bool named = key.starts_with("alias/");
    return Encryption{control.identity().arn(
        "kms", named ? key : "key/" + (key.empty() ? control.random().uuid() : key))};
}

void add_tags(const Json& list, std::map<std::string, std::string>& tags) {
    for (const Json& tag : list) {
        tags[tag.at("Key")] = tag.at("Value");
    }
    if (tags.size() > limits::tags) {
        // (wording unverified)
        throw invalid_values("Number of tags exceeds the limit of " + std::to_string(limits::tags) +
                             " tags of a resource");
    }
}

void check_policy(const std::string& policy) {
    if (policy.size() > limits::policy_bytes) {
        // (wording unverified)
        throw validation_error("The policy exceeds the maximum size of 20 KB");
    }
    if (!Json::parse(policy, nullptr, false).is_object()) {
        // (wording unverified)
        throw validation_error("Resource-based policy is not valid JSON");
    }
}

std::string policy_revision(ControlPlane& control) {
    // Digits, as AWS's are. [docs: API_PutResourcePolicy]
    return std::to_string(1'600'000'000'000 + control.random().below(100'000'000'000));
}

}  // namespace orrery::dynamodb
