/// A function URL as it is configured: what its HTTP requests lead to, and how.
#pragma once

#include "engine/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace orrery::lambda {

struct FunctionUrl {
    struct Cors {
        bool allow_credentials = false;
        std::vector<std::string> allow_headers;
        std::vector<std::string> allow_methods;
        std::vector<std::string> allow_origins;
        std::vector<std::string> expose_headers;
        std::optional<std::int64_t> max_age_seconds;
    };
    enum class AuthType : std::uint8_t { none, iam };
    enum class InvokeMode : std::uint8_t { buffered, response_stream };

    std::string id;         // the host name's first label: 32 letters and digits
    std::string qualifier;  // an alias; empty: $LATEST
    AuthType auth_type = AuthType::none;
    InvokeMode invoke_mode = InvokeMode::buffered;
    std::optional<Cors> cors;
    Instant created;
    Instant last_modified;

    /// "ID.lambda-url.us-east-1.on.aws" [docs: urls-configuration]
    std::string host(const std::string& region) const {
        return id + ".lambda-url." + region + ".on.aws";
    }
};

}  // namespace orrery::lambda
