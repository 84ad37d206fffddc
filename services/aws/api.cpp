#include "services/aws/api.h"

#include "engine/ensure.h"
#include "services/aws/model.h"
#include "services/aws/refusal.h"
#include "services/aws/validate.h"

#include <nlohmann/json.hpp>

namespace orrery::aws {

ApiResult::ApiResult(Json value) : value_(std::make_unique<Json>(std::move(value))) {}
ApiResult::ApiResult(Json value, Events events)
    : value_(std::make_unique<Json>(std::move(value))), events_(std::move(events)) {}
ApiResult::ApiResult(ApiError error) : error_(std::make_unique<ApiError>(std::move(error))) {}
ApiResult::~ApiResult() = default;
ApiResult::ApiResult(ApiResult&&) noexcept = default;
ApiResult& ApiResult::operator=(ApiResult&&) noexcept = default;

const Json& ApiResult::value() const {
    ENSURE(value_ != nullptr);
    return *value_;
}

const ApiError& ApiResult::error() const {
    ENSURE(error_ != nullptr);
    return *error_;
}

const Model* ApiService::model() const {
    if (!model_) {
        model_ = find_model(name_);
    }
    return *model_;
}

void ApiService::add(std::string operation, Operation function) {
    add_waiting(std::move(operation),
                [function = std::move(function)](const Call& call, const Reply& reply) {
                    reply(ApiResult(function(call.parameters)));
                });
}

void ApiService::add_for_caller(std::string operation, CallerOperation function) {
    add_waiting(std::move(operation),
                [function = std::move(function)](const Call& call, const Reply& reply) {
                    reply(ApiResult(function(call)));
                });
}

void ApiService::add_waiting(std::string operation, WaitingOperation function) {
    const bool added = operations_.emplace(std::move(operation), std::move(function)).second;
    ENSURE(added);
}

void ApiService::add_quick(std::string operation, QuickOperation function) {
    ENSURE(find(operation) != nullptr);
    const bool added = quick_.emplace(std::move(operation), std::move(function)).second;
    ENSURE(added);
}

const ApiService::WaitingOperation* ApiService::find(std::string_view operation) const {
    const auto found = operations_.find(operation);
    return found == operations_.end() ? nullptr : &found->second;
}

const ApiService::QuickOperation* ApiService::find_quick(std::string_view operation) const {
    const auto found = quick_.find(operation);
    return found == quick_.end() ? nullptr : &found->second;
}

std::vector<std::string_view> ApiService::operation_names() const {
    std::vector<std::string_view> names;
    for (const auto& [name, operation] : operations_) {
        names.emplace_back(name);
    }
    return names;
}

void Api::add(ApiService& service) {
    const bool added = services_.emplace(service.name(), &service).second;
    ENSURE(added);
}

const ApiService* Api::find(std::string_view service) const {
    const auto found = services_.find(service);
    return found == services_.end() ? nullptr : found->second;
}

std::vector<std::string_view> Api::service_names() const {
    std::vector<std::string_view> names;
    for (const auto& [name, service] : services_) {
        names.emplace_back(name);
    }
    return names;
}

namespace {

void check_parameters(const ApiService& service,
                      const Json& parameters,
                      const Model& model,
                      const Operation& operation) {
    try {
        validate(parameters, model, operation);
    } catch (const ApiError& error) {
        tell_refused(service, error);
        throw;
    }
}

/// For a caller who wants the whole answer at once.
Reply gathering(Reply reply) {
    return [reply = std::move(reply)](ApiResult result) {
        if (!result.ok() || result.events() == nullptr) {
            reply(std::move(result));
            return;
        }
        const auto answer = std::make_shared<Json>(result.value());
        (*answer)[result.events()->member] = Json::array();
        result.events()->pipe->read(
            [answer, member = result.events()->member](Json event) {
                (*answer)[member].push_back(std::move(event));
            },
            [answer, reply](PipeEnd how) {
                if (how == PipeEnd::whole) {
                    reply(ApiResult(std::move(*answer)));
                }
            });
    };
}

}  // namespace

void Api::call(std::string_view service,
               std::string_view operation,
               const Json& parameters,
               Reply reply,
               const Caller& caller) const {
    const ApiService* found = find(service);
    const ApiService::WaitingOperation* function =
        found == nullptr ? nullptr : found->find(operation);
    if (function == nullptr) {
        reply(ApiResult(ApiError(
            "UnknownOperationException",
            std::string(found == nullptr ? "there is no service " : "there is no operation ") +
                std::string(service) + "." + std::string(operation))));
        return;
    }
    try {
        if (const Model* model = found->model()) {
            if (const aws::Operation* modelled = model->find_operation(operation)) {
                check_parameters(*found, parameters, *model, *modelled);
            }
        }
        const bool remote = !caller.request_id.empty();
        (*function)({parameters, caller}, remote ? reply : gathering(reply));
    } catch (const ApiError& error) {
        reply(ApiResult(error));
    }
}

Json Api::call_now(std::string_view service,
                   std::string_view operation,
                   const Json& parameters) const {
    std::unique_ptr<ApiResult> answer;
    call(service, operation, parameters, [&answer](ApiResult result) {
        answer = std::make_unique<ApiResult>(std::move(result));
    });
    ENSURE(answer != nullptr);  // only operations that answer at once are called this way
    if (!answer->ok()) {
        throw answer->error();
    }
    return answer->value();
}

}  // namespace orrery::aws
