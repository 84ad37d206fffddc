/// The operation tables of Lambda: AWS's JSON in, calls of functions and mappings, AWS's JSON out.
#pragma once

#include "engine/json.h"

#include <string>
#include <string_view>

namespace orrery::aws {
class ApiService;
class Parameters;
struct Identity;
}  // namespace orrery::aws

namespace orrery::lambda {

class AsyncInvocations;
class Function;
class Functions;

// What is added must outlive `api`'s rows.
void add_invoke_operations(aws::ApiService& api, Functions& functions, AsyncInvocations& events);

/// A function as callers name it: "name", "name:qualifier", "account:function:name", or an ARN,
/// with a qualifier or not. [botocore]
struct FunctionReference {
    std::string name;
    std::string qualifier;  // empty if there was none

    /// Throws ApiError for text that is none of these.
    static FunctionReference parse(std::string_view text);
    /// As parse; throws AWS's error for what names another Region or account.
    static FunctionReference reachable(std::string_view text, const aws::Identity& identity);
    /// The ARN, with the qualifier if one was given.
    std::string arn(const aws::Identity& identity) const;
};

/// FunctionName, with the qualifier from it or from Qualifier. Throws AWS's errors.
FunctionReference read_reference(aws::Parameters& parameters, const aws::Identity& identity);

/// Whatever its qualifier. Throws AWS's error, which names `reference`'s ARN, if there is no such
/// function.
Function& existing_function(Functions& functions, const FunctionReference& reference);

}  // namespace orrery::lambda
