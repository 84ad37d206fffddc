// Resource policies of tables and streams: kept and answered, not enforced. [docs:
// API_PutResourcePolicy]
#include "services/dynamodb/control_operations.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

namespace orrery::dynamodb {

namespace {

using aws::ApiError;

struct Place {
    ManagedTable& table;
    std::string arn;

    Policy* policy() const {
        const auto found = table.settings.policies.find(arn);
        return found == table.settings.policies.end() ? nullptr : &found->second;
    }
};

/// The table, or the stream of one, that ResourceArn names.
Place place_of(Request& request) {
    const std::string arn = request.parameters.string("ResourceArn");
    const std::string table_arn = arn.substr(0, arn.find("/stream/"));
    ManagedTable* table = arn.starts_with("arn:") ? request.control.find(table_arn) : nullptr;
    if (table == nullptr || (arn != table_arn && request.control.find_stream(arn) == nullptr)) {
        throw ApiError("ResourceNotFoundException",
                       "Requested resource not found: " + arn);  // (wording unverified)
    }
    return {*table, arn};
}

ApiError no_policy() {
    // (wording unverified)
    return {"PolicyNotFoundException",
            "Resource-based policy not found for the provided ResourceArn"};
}

/// Throws unless the policy is the one that the caller has seen. "NO_POLICY": there must be none.
void check_expected(const Place& place, const std::string* expected) {
    if (expected == nullptr) {
        return;
    }
    const Policy* present = place.policy();
    if (*expected != (present == nullptr ? "NO_POLICY" : present->revision)) {
        throw no_policy();
    }
}

Json put_resource_policy(Request& request) {
    const Place place = place_of(request);
    const std::string text = request.parameters.string("Policy");
    const std::string* expected = request.parameters.optional_text("ExpectedRevisionId");
    request.parameters.accept("ConfirmRemoveSelfResourceAccess");  // nobody is locked out
    request.parameters.finish();
    check_policy(text);
    check_expected(place, expected);
    Policy& policy = place.table.settings.policies[place.arn];
    // The same again is no new revision. [docs: API_PutResourcePolicy]
    if (policy.text != text) {
        policy = {text, policy_revision(request.control)};
        request.control.changed(place.table);
    }
    return {{"RevisionId", policy.revision}};
}

Json get_resource_policy(Request& request) {
    const Place place = place_of(request);
    request.parameters.finish();
    const Policy* policy = place.policy();
    if (policy == nullptr) {
        throw no_policy();
    }
    return {{"Policy", policy->text}, {"RevisionId", policy->revision}};
}

Json delete_resource_policy(Request& request) {
    const Place place = place_of(request);
    const std::string* expected = request.parameters.optional_text("ExpectedRevisionId");
    request.parameters.finish();
    check_expected(place, expected);
    const Policy* policy = place.policy();
    if (policy == nullptr) {
        return Json::object();  // no error, and no revision [docs: API_DeleteResourcePolicy]
    }
    Json answer{{"RevisionId", policy->revision}};
    place.table.settings.policies.erase(place.arn);
    request.control.changed(place.table);
    return answer;
}

}  // namespace

void add_policy_operations(const Rows& rows) {
    rows.add("DeleteResourcePolicy", delete_resource_policy);
    rows.add("GetResourcePolicy", get_resource_policy);
    rows.add("PutResourcePolicy", put_resource_policy);
}

}  // namespace orrery::dynamodb
