#include "services/aws/error.h"
#include "services/aws/identity.h"
#include "services/lambda/functions.h"
#include "services/lambda/limits.h"
#include "services/lambda/operations.h"

#include <algorithm>

namespace orrery::lambda {

namespace {

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= limits::function_name_length &&
           std::all_of(text.begin(), text.end(), [](char letter) {
               return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                      (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
           });
}

}  // namespace

FunctionReference FunctionReference::parse(std::string_view text) {
    constexpr std::string_view marker = "function:";
    std::string_view rest = text;
    const auto marked = text.find(":function:");
    if (marked != std::string_view::npos) {
        rest.remove_prefix(marked + 1 + marker.size());
    } else if (text.starts_with(marker)) {
        rest.remove_prefix(marker.size());
    }
    const auto colon = rest.find(':');
    FunctionReference reference{
        std::string(rest.substr(0, colon)),
        colon == std::string_view::npos ? std::string() : std::string(rest.substr(colon + 1))};
    if (!is_name(reference.name)) {
        throw aws::ApiError(
            "ValidationException",
            "1 validation error detected: Value '" + std::string(text) +
                "' at 'functionName' failed to satisfy constraint: Member must satisfy regular "
                "expression pattern: "
                "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?"
                "(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?");
    }
    return reference;
}

std::string FunctionReference::arn(const aws::Identity& identity) const {
    std::string text = identity.arn("lambda", "function:" + name);
    return qualifier.empty() ? text : text.append(":").append(qualifier);
}

Function& existing_function(Functions& functions, const FunctionReference& reference) {
    Function* function = functions.find(reference.name);
    if (function == nullptr) {
        throw aws::ApiError("ResourceNotFoundException",
                            "Function not found: " + reference.arn(functions.identity()),
                            404);
    }
    return *function;
}

}  // namespace orrery::lambda
