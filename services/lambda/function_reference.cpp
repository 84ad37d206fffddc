#include "services/aws/error.h"
#include "services/aws/identity.h"
#include "services/aws/parameters.h"
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

/// The last part of `text` that colons divide, which is taken off it.
std::string_view take_last(std::string_view& text) {
    const std::size_t colon = text.rfind(':');
    const std::string_view last = colon == std::string_view::npos ? text : text.substr(colon + 1);
    text = colon == std::string_view::npos ? std::string_view() : text.substr(0, colon);
    return last;
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

FunctionReference FunctionReference::reachable(std::string_view text,
                                               const aws::Identity& identity) {
    FunctionReference reference = parse(text);
    std::string_view place = text.substr(0, text.find(":function:"));
    if (place.size() == text.size()) {
        return reference;
    }
    const std::string_view account = take_last(place);
    const std::string region(take_last(place));  // none in "account:function:name"
    if (!region.empty() && region != identity.region) {
        // [public error logs]
        throw aws::ApiError("ResourceNotFoundException",
                            "Functions from '" + region + "' are not reachable in this region ('" +
                                identity.region + "')",
                            404);
    }
    if (account != identity.account) {
        throw aws::ApiError("AccessDeniedException",
                            "functions of other accounts are not reachable: " + std::string(text),
                            403);
    }
    return reference;
}

std::string FunctionReference::arn(const aws::Identity& identity) const {
    std::string text = identity.arn("lambda", "function:" + name);
    return qualifier.empty() ? text : text.append(":").append(qualifier);
}

FunctionReference read_reference(aws::Parameters& parameters, const aws::Identity& identity) {
    FunctionReference function =
        FunctionReference::reachable(parameters.string("FunctionName"), identity);
    if (const auto qualifier = parameters.optional_string("Qualifier")) {
        if (!function.qualifier.empty() && function.qualifier != *qualifier) {
            // [LS test_invocation_with_qualifier]
            throw aws::ApiError("InvalidParameterValueException",
                                "The derived qualifier from the function name does not match the "
                                "specified qualifier.");
        }
        function.qualifier = *qualifier;
    }
    return function;
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
