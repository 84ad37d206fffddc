/// The operation tables of Lambda: AWS's JSON in, calls of functions and mappings, AWS's JSON out.
#pragma once

#include "engine/json.h"

#include <string>
#include <string_view>

namespace orrery::aws {
class ApiService;
struct Identity;
}  // namespace orrery::aws

namespace orrery::lambda {

class EventSourceMappings;
class Function;
class Functions;

// What is added must outlive `api`'s rows.
void add_function_operations(aws::ApiService& api, Functions& functions);
void add_invoke_operation(aws::ApiService& api, Functions& functions);
void add_mapping_operations(aws::ApiService& api,
                            Functions& functions,
                            EventSourceMappings& mappings);

/// A function as callers name it: "name", "name:qualifier", "account:function:name", or an ARN,
/// with a qualifier or not. [botocore]
struct FunctionReference {
    std::string name;
    std::string qualifier;  // empty if there was none

    /// Throws ApiError for text that is none of these, and for qualifiers other than $LATEST, which
    /// is all there is yet.
    static FunctionReference parse(std::string_view text);
    /// The ARN, with the qualifier if one was given.
    std::string arn(const aws::Identity& identity) const;
};

/// Throws AWS's error, which names `reference`'s ARN and `suffix`, if there is no such function.
Function& existing_function(Functions& functions,
                            const FunctionReference& reference,
                            std::string_view suffix = "");

}  // namespace orrery::lambda
