#include "services/aws/error.h"
#include "services/lambda/control_plane.h"
#include "services/lambda/function_description.h"
#include "services/lambda/limits.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

/// What makes a version differ from another: its code and configuration, without its own state.
Json substance(const FunctionVersion& version, Instant now) {
    Json all = describe(version, now);
    for (const char* own : {"Description",
                            "LastModified",
                            "LastUpdateStatus",
                            "LastUpdateStatusReason",
                            "LastUpdateStatusReasonCode",
                            "RevisionId",
                            "SnapStart",
                            "State",
                            "StateReason",
                            "StateReasonCode",
                            "Version"}) {
        all.erase(own);
    }
    all["Directory"] = version.configuration().directory.string();
    all["ApplyOn"] = version.description.snap_start;
    return all;
}

Json publish_version(Request& request) {
    aws::Parameters& parameters = request.parameters;
    Function& function = request.function();
    const FunctionDescription& latest = function.latest().description;
    const auto sum = parameters.optional_string("CodeSha256");
    const auto description = parameters.optional_string("Description");
    const std::string revision = request.revision();
    if (parameters.optional("PublishTo") != nullptr) {
        throw aws::ApiError("InvalidParameterValueException", "PublishTo is not supported here");
    }
    parameters.finish();
    check_settled(function.latest(), request.now());
    check_revision(revision, latest.revision(request.now()));
    if (sum && !sum->empty() && *sum != latest.code_sha256) {
        // [public error logs]
        throw aws::ApiError("InvalidParameterValueException",
                            "CodeSHA256 (" + *sum +
                                ") is different from current CodeSHA256 in "
                                "$LATEST (" +
                                latest.code_sha256 +
                                "). Please try again with the CodeSHA256 in $LATEST.");
    }
    const FunctionVersion& version = publish_version(request, function, description);
    return describe(version, request.now(), version.name());
}

Json list_versions(Request& request) {
    const Function& function = request.function();
    const Page page(request, "Versions");
    request.parameters.finish();
    std::vector<std::pair<std::string, Json>> items;
    items.emplace_back("$LATEST", describe(function.latest(), request.now(), "$LATEST"));
    for (const auto& [number, version] : function.published()) {
        items.emplace_back(sortable(number), describe(*version, request.now(), version->name()));
    }
    return page.answer(std::move(items));
}

}  // namespace

FunctionVersion& publish_version(Request& request,
                                 Function& function,
                                 const std::optional<std::string>& description) {
    const Instant now = request.now();
    const auto last = function.published().find(function.last_published());
    if (last != function.published().end() &&
        substance(*last->second, now) == substance(function.latest(), now)) {
        return *last->second;  // [docs: configuration-versions]
    }
    FunctionVersion& version = function.publish();
    FunctionDescription& published = version.description;
    published.description = description.value_or(published.description);
    published.revision_id = request.control.random.uuid();
    published.first_revision_id.clear();
    published.updated_at = {};
    published.created_at = {};
    if (!ControlPlane::at_once(request.caller)) {
        published.created_at = now + limits::creation;
    }
    return version;
}

std::string sortable(std::uint64_t number) {
    const std::string digits = std::to_string(number);
    return std::string(20 - digits.size(), '0') + digits;
}

void add_version_operations(const Rows& rows) {
    rows.add("ListVersionsByFunction", list_versions);
    rows.add("PublishVersion", publish_version);
}

}  // namespace orrery::lambda
