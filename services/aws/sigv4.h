/// Signature version 4: whom a request was signed for, and whether the signature is right.
#pragma once

#include "engine/net/http.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::aws {

/// What a credential says: "AKID/20260101/us-east-1/sqs/aws4_request". Views into the request, or
/// into nothing for what it does not say.
struct CredentialScope {
    std::string_view access_key;
    std::string_view date;
    std::string_view region;  // none with SigV4a
    std::string_view service;
};

struct Signature {
    std::string access_key;
    std::string date;  // "20260101"
    std::string region;
    std::string service;
    std::string timestamp;                    // "20260101T000000Z"
    std::vector<std::string> signed_headers;  // in small letters
    std::string value;                        // 64 hexadecimal digits
    bool presigned = false;                   // in the query instead of a header
};

/// Finds the credential in the Authorization header or in a presigned URL, without a look at the
/// rest; cheap, as every request is routed by it. Nothing if there is none that can be read. A
/// presigned URL's credential is kept in `storage`, as it is encoded.
std::optional<CredentialScope> find_scope(const HttpRequest& request, std::string& storage);

/// Throws ApiError MissingAuthenticationTokenException or IncompleteSignatureException.
Signature parse_signature(const HttpRequest& request);

/// Throws ApiError InvalidSignatureException unless `signature` is what `secret` gives for the
/// request. The time of signing does not matter.
void verify_signature(const HttpRequest& request,
                      const Signature& signature,
                      std::string_view secret);

/// What is signed, in its two steps; for tests and for the message about a mismatch.
std::string canonical_request(const HttpRequest& request, const Signature& signature);
std::string string_to_sign(std::string_view canonical_request, const Signature& signature);

}  // namespace orrery::aws
