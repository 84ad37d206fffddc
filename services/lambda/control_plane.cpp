#include "services/lambda/control_plane.h"

#include "engine/world.h"
#include "services/aws/error.h"
#include "services/lambda/async_invocations.h"
#include "services/lambda/limits.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <utility>

namespace orrery::lambda {

namespace {

using aws::ApiError;

bool only_reads(std::string_view operation) {
    return operation.starts_with("Get") || operation.starts_with("List");
}

bool is_all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char letter) {
        return letter >= '0' && letter <= '9';
    });
}

}  // namespace

ControlPlane::ControlPlane(Functions& of)
    : functions(of),
      layers(of.identity()),
      code(of.world(), of.identity().account + "/" + of.identity().region),
      random(of.world().random.stream(of.identity().scope() + "lambda.control")) {}

ControlPlane::~ControlPlane() {
    functions.world().loop.cancel(provisioning);
}

Instant ControlPlane::now() const {
    return functions.world().loop.now();
}

FunctionReference Request::reference() {
    return read_reference(parameters, control.identity());
}

Found Request::found() {
    return find_function(functions(), reference());
}

Function& Request::function() {
    const FunctionReference given =
        FunctionReference::reachable(parameters.string("FunctionName"), control.identity());
    return existing_function(functions(), {given.name, ""});
}

std::string Request::arn(const Function& function, const std::string& qualifier) const {
    return FunctionReference{function.name(), qualifier}.arn(control.identity());
}

std::string Request::revision() {
    return parameters.optional_string("RevisionId").value_or("");
}

Found find_function(Functions& functions, const FunctionReference& reference) {
    Function& function = existing_function(functions, reference);
    FunctionVersion* version = functions.main_version(reference);
    if (version == nullptr) {
        const bool alias = reference.qualifier != "$LATEST" && !is_all_digits(reference.qualifier);
        throw ApiError("ResourceNotFoundException",
                       (alias ? "Cannot find alias arn: " : "Function not found: ") +
                           reference.arn(functions.identity()),
                       404);
    }
    return {function, *version, reference.qualifier};
}

void check_can_send_to(const ControlPlane& control, const std::string& arn) {
    if (!control.events->can_send_to(arn)) {
        throw ApiError("InvalidParameterValueException",
                       "events cannot be sent on to " + arn +
                           ": destinations and dead-letter queues are standard SQS queues and "
                           "functions here, of the same account and Region; SNS, EventBridge and "
                           "S3 are not supported yet");
    }
}

void check_revision(const std::string& given, const std::string& present) {
    if (!given.empty() && given != present) {
        // [docs; LS]
        throw ApiError("PreconditionFailedException",
                       "The Revision Id provided does not match the latest Revision Id. Call "
                       "the GetFunction/GetAlias API to retrieve the latest Revision Id",
                       412);
    }
}

void check_settled(const FunctionVersion& version, Instant now) {
    if (version.description.pending(now)) {
        throw ApiError("ResourceConflictException",
                       "The operation cannot be performed at this time. The function is currently "
                       "in the following state: Pending",
                       409);
    }
    if (version.description.updating(now)) {
        throw ApiError("ResourceConflictException",
                       "The operation cannot be performed at this time. An update is in progress "
                       "for resource: " +
                           version.configuration().arn(),
                       409);
    }
}

void check_alias_name(const std::string& name, std::string_view member, std::string_view pattern) {
    const bool letters = std::all_of(name.begin(), name.end(), [](unsigned char letter) {
        return std::isalnum(letter) != 0 || letter == '-' || letter == '_';
    });
    if (!letters || is_all_digits(name)) {
        throw ApiError("ValidationException",
                       "1 validation error detected: Value '" + name + "' at '" +
                           std::string(member) +
                           "' failed to satisfy constraint: Member must satisfy regular "
                           "expression pattern: " +
                           std::string(pattern));
    }
}

// [LS; the first also in public notes: "Cannot configure provisioned concurrency on both alias and
// version"]
void check_not_provisioned_twice(const Function& function,
                                 const std::string& qualifier,
                                 const std::string& version) {
    for (const auto& [other, provisioned] : function.provisioned) {
        if (other != qualifier && provisioned.version == version) {
            throw ApiError("ResourceConflictException",
                           other == version
                               ? "Alias can't be used for Provisioned Concurrency configuration on "
                                 "an already Provisioned version"
                               : "Version is pointed by a Provisioned Concurrency alias",
                           409);
        }
    }
}

Page::Page(Request& request, std::string list, std::size_t most)
    : list_(std::move(list)),
      after_(request.parameters.optional_string("Marker").value_or("")),
      size_(static_cast<std::size_t>(std::min<std::int64_t>(
          limits::max_items.check(request.parameters.optional_integer("MaxItems")
                                      .value_or(static_cast<std::int64_t>(most))),
          static_cast<std::int64_t>(most)))) {}

Json Page::answer(std::vector<std::pair<std::string, Json>> items) const {
    Json answer{{list_, Json::array()}};
    Json& list = answer[list_];
    auto next = std::find_if(items.begin(), items.end(), [&](const auto& item) {
        return after_.empty() || item.first > after_;
    });
    std::string last;
    for (; next != items.end() && list.size() < size_; ++next) {
        list.push_back(std::move(next->second));
        last = next->first;
    }
    if (next != items.end()) {
        answer["NextMarker"] = last;
    }
    return answer;
}

void Rows::add(std::string name, Operation operation) const {
    ControlPlane& control = control_;
    const std::string operation_name = name;
    api_.add_for_caller(
        std::move(name), [&control, operation_name, operation](const aws::Call& call) {
            Request request{control, aws::Parameters(call.parameters, operation_name), call.caller};
            Json answer = operation(request);
            if (!only_reads(operation_name) && control.on_changed) {
                control.on_changed();
            }
            return answer;
        });
}

std::string timestamp(Instant instant) {
    std::string text = iso8601(instant);
    text.replace(text.size() - 1, 1, "+0000");
    return text;
}

}  // namespace orrery::lambda
