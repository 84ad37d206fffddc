#include "services/aws/sigv4.h"

#include "services/aws/encoding.h"
#include "services/aws/error.h"
#include "services/aws/form.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace orrery::aws {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view algorithm_a = "AWS4-ECDSA-P256-SHA256";

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return result;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

/// The value after "name=" in "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…".
std::string_view part_of(std::string_view header, std::string_view name) {
    const auto blank = header.find(' ');
    if (blank == std::string_view::npos) {
        return {};
    }
    for (std::string_view part : split(header.substr(blank + 1), ',')) {
        part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
        if (part.starts_with(name) && part.size() > name.size() && part[name.size()] == '=') {
            part.remove_prefix(name.size() + 1);
            return part.substr(0, part.find(' '));
        }
    }
    return {};
}

/// The still encoded value of a parameter of the query.
std::string_view query_value(const HttpRequest& request, std::string_view name) {
    for (const std::string_view field : split(request.query(), '&')) {
        if (field.starts_with(name) && field.size() > name.size() && field[name.size()] == '=') {
            return field.substr(name.size() + 1);
        }
    }
    return {};
}

std::string decoded_query_value(const HttpRequest& request, std::string_view name) {
    return percent_decode(query_value(request, name), PlusSign::plus).value_or("");
}

/// "AKID/20260101/us-east-1/sqs/aws4_request"; an access key may contain slashes.
std::optional<CredentialScope> parse_credential(std::string_view text, bool with_region) {
    const std::vector<std::string_view> parts = split(text, '/');
    const std::size_t tail = with_region ? 4 : 3;
    if (parts.size() <= tail || parts.back() != "aws4_request") {
        return std::nullopt;
    }
    const std::size_t first = parts.size() - tail;
    CredentialScope scope;
    scope.date = parts[first];
    scope.region = with_region ? parts[first + 1] : std::string_view();
    scope.service = parts[parts.size() - 2];
    scope.access_key =
        text.substr(0, static_cast<std::size_t>(scope.date.data() - text.data()) - 1);
    return scope;
}

std::string_view authorization(const HttpRequest& request) {
    const std::string* header = request.header("Authorization");
    return header == nullptr ? std::string_view() : std::string_view(*header);
}

std::string encoded_segments(std::string_view path) {
    return percent_encode(path, "/");
}

/// Without "." and ".." and double slashes, as all services but S3 want it.
std::string normalized(std::string_view path) {
    std::vector<std::string_view> kept;
    for (const std::string_view segment : split(path, '/')) {
        if (segment == "..") {
            if (!kept.empty()) {
                kept.pop_back();
            }
        } else if (!segment.empty() && segment != ".") {
            kept.push_back(segment);
        }
    }
    std::string result;
    for (const std::string_view segment : kept) {
        result.append("/").append(segment);
    }
    return path.ends_with('/') || result.empty() ? result + "/" : result;
}

std::string canonical_path(const HttpRequest& request, const Signature& signature) {
    const std::string_view path = request.path();
    if (signature.service != "s3") {
        return encoded_segments(normalized(path));
    }
    // S3 encodes once: what is encoded on its way is decoded first.
    const std::optional<std::string> plain = percent_decode(path, PlusSign::plus);
    return encoded_segments(plain ? std::string_view(*plain) : path);
}

std::string canonical_query(const HttpRequest& request) {
    std::vector<FormField> fields;
    for (const std::string_view field : split(request.query(), '&')) {
        const auto equals = std::min(field.find('='), field.size());
        const auto encoded = [](std::string_view text) {
            const auto plain = percent_decode(text, PlusSign::plus);
            return percent_encode(plain ? std::string_view(*plain) : text);
        };
        if (!field.empty() && field.substr(0, equals) != "X-Amz-Signature") {
            fields.emplace_back(encoded(field.substr(0, equals)),
                                encoded(field.substr(std::min(equals + 1, field.size()))));
        }
    }
    std::sort(fields.begin(), fields.end());
    std::string query;
    for (const auto& [name, value] : fields) {
        query.append(query.empty() ? "" : "&").append(name).append("=").append(value);
    }
    return query;
}

/// Trimmed, and each run of blanks one blank.
std::string header_value(std::string_view value) {
    std::string result;
    for (const char c : value) {
        const bool blank = c == ' ' || c == '\t';
        if (!blank) {
            result += c;
        } else if (!result.empty() && result.back() != ' ') {
            result += ' ';
        }
    }
    if (result.ends_with(' ')) {
        result.pop_back();
    }
    return result;
}

std::string canonical_headers(const HttpRequest& request, const Signature& signature) {
    std::string headers;
    for (const std::string& name : signature.signed_headers) {
        std::string values;
        for (const HttpHeader& header : request.headers) {
            if (lower(header.name) == name) {
                values += (values.empty() ? "" : ",") + header_value(header.value);
            }
        }
        headers.append(name).append(":").append(values).append("\n");
    }
    return headers;
}

std::string payload_hash(const HttpRequest& request, const Signature& signature) {
    const std::string* given = request.header("X-Amz-Content-Sha256");
    if (given != nullptr && (*given == "UNSIGNED-PAYLOAD" || given->starts_with("STREAMING-"))) {
        return *given;
    }
    if (given == nullptr && signature.presigned && signature.service == "s3") {
        return "UNSIGNED-PAYLOAD";
    }
    return sha256_hex(request.body);
}

[[noreturn]] void incomplete(const std::string& problem) {
    throw ApiError("IncompleteSignatureException", problem, 403);
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ";") + name;
    }
    return text;
}

/// AWS's words name everything that is missing at once.
void require_parts(std::string_view header, const Signature& signature) {
    std::string problem;
    const auto require = [&](std::string_view name, bool there) {
        if (!there) {
            problem.append("Authorization header requires '").append(name).append("' parameter. ");
        }
    };
    require("Credential", !part_of(header, "Credential").empty());
    require("Signature", !signature.value.empty());
    require("SignedHeaders", !signature.signed_headers.empty());
    if (signature.timestamp.empty()) {
        problem +=
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
    }
    if (!problem.empty()) {
        incomplete(problem + "Authorization=" + std::string(header.substr(0, header.find(' '))));
    }
}

std::vector<std::string> header_names(std::string_view text) {
    std::vector<std::string> names;
    for (const std::string_view name : split(text, ';')) {
        if (!name.empty()) {
            names.push_back(lower(name));
        }
    }
    return names;
}

void take_scope(Signature& signature, std::string_view credential) {
    const std::optional<CredentialScope> scope = parse_credential(credential, true);
    if (!scope) {
        incomplete(
            "Credential must have exactly 5 slash-delimited elements, e.g. "
            "keyid/date/region/service/term, got '" +
            std::string(credential) + "'");
    }
    signature.access_key = scope->access_key;
    signature.date = scope->date;
    signature.region = scope->region;
    signature.service = scope->service;
}

Signature presigned_signature(const HttpRequest& request) {
    Signature signature;
    signature.presigned = true;
    signature.value = decoded_query_value(request, "X-Amz-Signature");
    signature.timestamp = decoded_query_value(request, "X-Amz-Date");
    signature.signed_headers = header_names(decoded_query_value(request, "X-Amz-SignedHeaders"));
    if (signature.value.empty() || signature.timestamp.empty() ||
        signature.signed_headers.empty() || query_value(request, "X-Amz-Credential").empty()) {
        incomplete(
            "AWS query-string parameters must include 'X-Amz-Algorithm', "
            "'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders' and "
            "'X-Amz-Date'. Re-examine the query-string parameters.");
    }
    take_scope(signature, decoded_query_value(request, "X-Amz-Credential"));
    return signature;
}

}  // namespace

std::optional<CredentialScope> find_scope(const HttpRequest& request, std::string& storage) {
    const std::string_view header = authorization(request);
    if (header.starts_with("AWS4-")) {
        return parse_credential(part_of(header, "Credential"), !header.starts_with(algorithm_a));
    }
    if (request.query().find("X-Amz-Credential=") == std::string_view::npos) {
        return std::nullopt;
    }
    storage = decoded_query_value(request, "X-Amz-Credential");
    const bool with_region = query_value(request, "X-Amz-Algorithm") != algorithm_a;
    return parse_credential(storage, with_region);
}

Signature parse_signature(const HttpRequest& request) {
    const std::string_view header = authorization(request);
    if (header.empty()) {
        if (request.query().find("X-Amz-Signature=") != std::string_view::npos ||
            request.query().find("X-Amz-Algorithm=") != std::string_view::npos) {
            return presigned_signature(request);
        }
        throw ApiError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
    }
    if (header != algorithm && !header.starts_with(std::string(algorithm) + " ")) {
        // SigV4a among others, whose keys are not known here.
        incomplete("Unsupported AWS 'algorithm': '" +
                   std::string(header.substr(0, header.find(' '))) + "'");
    }
    Signature signature;
    signature.value = part_of(header, "Signature");
    signature.signed_headers = header_names(part_of(header, "SignedHeaders"));
    const std::string* date = request.header("X-Amz-Date");
    date = date != nullptr ? date : request.header("Date");
    signature.timestamp = date == nullptr ? "" : *date;
    require_parts(header, signature);
    take_scope(signature, part_of(header, "Credential"));
    return signature;
}

std::string canonical_request(const HttpRequest& request, const Signature& signature) {
    std::string text = request.method + "\n";
    text.append(canonical_path(request, signature)).append("\n");
    text.append(canonical_query(request)).append("\n");
    text.append(canonical_headers(request, signature)).append("\n");
    text.append(joined(signature.signed_headers)).append("\n");
    return text.append(payload_hash(request, signature));
}

std::string string_to_sign(std::string_view canonical_request, const Signature& signature) {
    std::string text(algorithm);
    text.append("\n").append(signature.timestamp).append("\n").append(signature.date);
    text.append("/").append(signature.region).append("/").append(signature.service);
    return text.append("/aws4_request\n").append(sha256_hex(canonical_request));
}

void verify_signature(const HttpRequest& request,
                      const Signature& signature,
                      std::string_view secret) {
    std::string key = hmac_sha256("AWS4" + std::string(secret), signature.date);
    key = hmac_sha256(key, signature.region);
    key = hmac_sha256(key, signature.service);
    key = hmac_sha256(key, "aws4_request");
    const std::string canonical = canonical_request(request, signature);
    const std::string expected = hex(hmac_sha256(key, string_to_sign(canonical, signature)));
    const std::string* hash = request.header("X-Amz-Content-Sha256");
    const bool other_body =
        hash != nullptr && hash->size() == 64 && *hash != sha256_hex(request.body);
    if (other_body || signature.value.size() != expected.size() ||
        CRYPTO_memcmp(signature.value.data(), expected.data(), expected.size()) != 0) {
        throw ApiError("InvalidSignatureException",
                       "The request signature we calculated does not match the signature you "
                       "provided. Check your AWS Secret Access Key and signing method. Consult the "
                       "service documentation for details.",
                       403);
    }
}

}  // namespace orrery::aws
