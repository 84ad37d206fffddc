/// Code that stands in a template, as the zip archive that CloudFormation makes of it.
#pragma once

#include <string>
#include <string_view>

namespace orrery::cloudformation {

/// An archive with one file, in base64: index.py or index.js. Empty for a runtime that has no such
/// file. [docs: aws-properties-lambda-function-code, ZipFile]
std::string inline_archive(std::string_view runtime, std::string_view source);

}  // namespace orrery::cloudformation
