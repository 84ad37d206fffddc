/// Call: one invocation of a function, from its acceptance to its result.
#pragma once

#include "services/lambda/runtime.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace orrery::lambda {

/// Made and filled by whoever invokes; may be used again for the next invocation once it has
/// finished, so that a payload's memory serves many batches.
struct Call {
    Invocation invocation;           // the caller gives the payload; the rest is filled in
    std::size_t batch_size = 0;      // of an event source mapping; 0 for everybody else
    std::string request_id;          // the caller's for it; empty: it gets one
    std::string trace_header;        // the caller's, with its lineage; empty: it gets one
    std::optional<std::string> log;  // if it holds a text, START to REPORT are appended to it
    /// Called once, as an event, after the environment and the concurrency were given back.
    std::function<void(Call&)> finished;
    bool provisioned = false;  // served by an environment that was initialised ahead

    std::string executed_version;  // "$LATEST" or a number, from its acceptance on

    Outcome outcome;       // the result, from then on
    Duration duration{0};  // what the handler took, likewise
};

/// Why a function did not take a call.
enum class Admission : std::uint8_t {
    accepted,
    reserved_exceeded,  // the function's own concurrency, without what is provisioned
    account_exceeded,
    recursive,  // it runs in a loop
};

}  // namespace orrery::lambda
