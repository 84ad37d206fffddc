/// The emulator as clients over HTTP meet it, for benchmarks of that way.
#pragma once

#include "tools/benchmarks/http_load.h"

#include <string>
#include <string_view>

namespace orrery::benchmarks {

/// What ServerProcess runs: `orrery serve` without the command line.
void serve_emulator(const ServerProcess::TellPort& tell_port);

/// An operation of AWS's JSON protocol.
struct AwsTarget {
    std::string_view service;  // as signatures name it
    std::string_view prefix;   // of X-Amz-Target
    std::string_view version;  // of the protocol

    /// As SDKs send it, signature and all.
    std::string request(std::string_view operation, std::string_view body) const;
};

}  // namespace orrery::benchmarks
