#include "services/lambda/code_parameters.h"

#include "services/aws/encoding.h"
#include "services/aws/error.h"
#include "services/aws/parameters.h"
#include "services/lambda/limits.h"
#include "services/lambda/refusal.h"

#include <optional>

namespace orrery::lambda {

namespace {

using aws::ApiError;

void refuse_other_sources(aws::Parameters& parameters) {
    for (const char* name : {"S3Bucket", "S3Key", "S3ObjectVersion", "S3ObjectStorageMode"}) {
        if (parameters.optional(name) != nullptr) {
            invalid_parameter(
                std::string(name) +
                " is not supported here yet: there is no S3; upload the archive as ZipFile, or "
                "name a folder as Directory");
        }
    }
    if (parameters.optional("ImageUri") != nullptr) {
        invalid_parameter("ImageUri is not supported here: container images cannot be run");
    }
    parameters.accept("SourceKMSKeyArn");  // nothing is encrypted here
}

CodePackage folder(const std::string& directory) {
    if (!std::filesystem::is_directory(directory)) {
        invalid_parameter("Code.Directory: there is no folder " + directory);
    }
    CodePackage package;
    package.directory = directory;
    return package;
}

}  // namespace

CodePackage read_code(aws::Parameters& parameters, CodeStore& store, std::string_view operation) {
    const std::string* archive = parameters.optional_text("ZipFile");
    const auto directory = parameters.optional_string("Directory");
    refuse_other_sources(parameters);
    parameters.finish();
    if (archive == nullptr) {
        return directory ? folder(*directory) : CodePackage{};
    }
    if (directory) {
        invalid_parameter(
            "Please do not provide other FunctionCode parameters when providing a ZipFile.");
    }
    if (archive->size() > limits::package_request_bytes) {
        // [LS test_lambda_api]
        throw ApiError("RequestEntityTooLargeException",
                       "Request must be smaller than " +
                           std::to_string(limits::package_request_bytes) + " bytes for the " +
                           std::string(operation) + " operation",
                       413);
    }
    const std::optional<std::string> bytes = aws::decode_base64(*archive);
    if (!bytes) {
        throw ApiError("SerializationException", "ZipFile is no base64.");
    }
    return store.add(*bytes);
}

}  // namespace orrery::lambda
