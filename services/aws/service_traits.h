/// What differs between AWS's services on the wire and no model says, as one table.
#pragma once

#include <cstddef>
#include <string_view>

namespace orrery::aws {

/// What is checked by the model before an operation sees its parameters; the rest is the service's
/// own business.
enum class Validation {
    types,           // only types: the service has its own words for everything else
    required_query,  // types, and required members: MissingParameter
    full,            // "N validation errors detected: ..."
};

enum class RequestIdStyle { uuid, letters };  // letters: 52 upper-case letters and digits

struct ServiceTraits {
    std::string_view service = {};
    Validation validation = Validation::full;
    std::string_view validation_code = "ValidationException";
    /// Operations of a service with full validation that have words of their own for all but types,
    /// each between spaces.
    std::string_view own_words = {};
    /// A shape whose values the service compares itself, in words of its own.
    std::string_view own_enumeration = {};
    std::size_t body_limit = 16 * 1024 * 1024;
    std::string_view json_namespace = {};     // of __type, with its '#'; empty: none
    std::string_view unmodelled_prefix = {};  // the same for errors that the model does not have
    std::string_view validation_prefix = {};  // the same for ValidationException, where it differs
    bool bare_type_errors = false;            // a wrong type is told without the member's name
    RequestIdStyle request_ids = RequestIdStyle::uuid;
    bool crc32 = false;         // answers carry x-amz-crc32
    bool error_detail = false;  // XML errors have an empty <Detail/>
    /// The statuses that the model gives to errors are those of the older query protocol.
    bool query_statuses = false;
};

/// For a service that has no row: what is usual.
const ServiceTraits& service_traits(std::string_view service);

}  // namespace orrery::aws
