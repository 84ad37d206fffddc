#include "scenarios/language/answer.h"

#include "scenarios/language/explanation.h"
#include "scenarios/language/matching.h"
#include "scenarios/language/names.h"
#include "scenarios/language/stage.h"
#include "services/aws/api.h"
#include "services/aws/model.h"
#include "services/aws/readable_payload.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery {

Json answer_view(const aws::ApiResult& result, const OperationName& operation) {
    if (result.ok()) {
        Json value = result.value();
        const aws::Model* model = aws::find_model(operation.service);
        const aws::Operation* found =
            model == nullptr ? nullptr : model->find_operation(operation.operation);
        if (found != nullptr && found->output != nullptr) {
            aws::decode_payload(value, *found->output);
        }
        return {{"returns", std::move(value)}};
    }
    return {{"error", result.error().code()}, {"message", result.error().message()}};
}

bool answer_failed(const Json& view) {
    return view.contains("error");
}

std::string failure_text(const Json& view) {
    const Json& error = view.at("error");
    const std::string code = error.is_string() ? error.get<std::string>() : error.dump();
    return code + ": " + view.at("message").get<std::string>();
}

Finding judge_answer(Stage& stage,
                     const DocumentNode* expected,
                     const std::vector<std::string_view>& keys,
                     const Json& view) {
    if (answer_failed(view) && (expected == nullptr || expected->find("error") == nullptr)) {
        return "it failed with " + failure_text(view);
    }
    if (expected == nullptr) {
        return std::nullopt;
    }
    for (const auto& [key, value] : expected->members) {
        if (std::find(keys.begin(), keys.end(), key.text) == keys.end()) {
            continue;
        }
        const auto member = view.find(key.text);
        const Json* actual = member == view.end() ? nullptr : &*member;
        if (const auto difference = find_difference(stage.render(value), actual, key.text)) {
            return explain(*difference, actual == nullptr ? view : *actual);
        }
    }
    return std::nullopt;
}

}  // namespace orrery
