#include "services/aws/service_traits.h"

#include <algorithm>

namespace orrery::aws {

namespace {

constexpr std::size_t mib = 1024 * 1024;
constexpr std::string_view coral = "com.amazon.coral.service#";

// SQS answers about values itself, with MissingParameter and InvalidParameterValue [LS test_sqs].
// CloudWatch Logs has a code of its own for what other services call ValidationException. Body
// limits: a batch of SQS is 1 MiB of text, which URL encoding can make three times as long; an
// invocation of Lambda is 6 MB, a deployment package 50 MB in base64 [docs: quotas of each].
constexpr ServiceTraits table[] = {
    {.service = "sqs",
     .validation = Validation::types,
     .body_limit = 8 * mib,
     .json_namespace = "com.amazonaws.sqs#",
     .unmodelled_prefix = coral,
     .error_detail = true,
     .query_statuses = true},
    {.service = "lambda", .own_enumeration = "Runtime", .body_limit = 72 * mib},
    // The older half of CloudWatch has MissingParameter and InvalidParameterValue, the newer half
    // ValidationError [docs: errors of each operation].
    {.service = "cloudwatch",
     .validation_code = "ValidationError",
     .own_words = " PutMetricData GetMetricStatistics ListMetrics ",
     .json_namespace = "com.amazonaws.cloudwatch#"},
    {.service = "logs",
     .validation_code = "InvalidParameterException",
     .body_limit = 4 * mib,
     .unmodelled_prefix = ""},
    {.service = "rds", .validation = Validation::required_query, .body_limit = 4 * mib},
    {.service = "ec2", .validation = Validation::required_query},
    {.service = "iam", .validation_code = "ValidationError"},
    {.service = "sns", .validation_code = "ValidationError"},
    {.service = "sts", .validation_code = "ValidationError"},
    {.service = "dynamodb",
     .json_namespace = "com.amazonaws.dynamodb.v20120810#",
     .unmodelled_prefix = coral,
     .validation_prefix = "com.amazon.coral.validate#",
     .bare_type_errors = true,
     .request_ids = RequestIdStyle::letters,
     .crc32 = true},
    {.service = "dynamodbstreams",
     .json_namespace = "com.amazonaws.dynamodb.v20120810#",
     .unmodelled_prefix = coral,
     .validation_prefix = "com.amazon.coral.validate#",
     .bare_type_errors = true,
     .request_ids = RequestIdStyle::letters,
     .crc32 = true},
};

constexpr ServiceTraits usual{};

}  // namespace

const ServiceTraits& service_traits(std::string_view service) {
    const auto* found = std::find_if(std::begin(table), std::end(table), [&](const auto& each) {
        return each.service == service;
    });
    return found == std::end(table) ? usual : *found;
}

}  // namespace orrery::aws
