/// The JSON documents of policies: checked for form, never evaluated.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::iam {

enum class DocumentUse : std::uint8_t {
    identity,  // says what a role, user or group may do
    trust,     // says who may assume a role
};

/// Throws ApiError MalformedPolicyDocument.
void check_document(std::string_view document, DocumentUse use);
/// As answers carry documents [docs: GetRolePolicy]: percent-encoded (RFC 3986).
std::string encoded_document(std::string_view document);
/// Its length as quotas count it: without white space [docs: reference_iam-quotas].
std::size_t document_size(std::string_view document);

}  // namespace orrery::iam
