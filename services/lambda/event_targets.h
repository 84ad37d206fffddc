/// Where asynchronous invocation sends on what it is done with: queues and topics, as dead-letter
/// queues or destinations; wired to their services in one place.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

/// What is sent on.
struct EventMessage {
    struct Attribute {
        std::string name;
        std::string data_type;  // "String", "Number"
        std::string value;
    };

    std::string body;
    std::vector<Attribute> attributes;  // sorted by name
    std::string trace_header;           // X-Amzn-Trace-Id; empty: none
    std::string object_name;            // what it is called in a bucket; queues have no use for it
};

/// One kind of resource that takes messages.
class EventTargets {
public:
    virtual ~EventTargets() = default;
    /// Whether `arn` is of this kind; there need be no such resource.
    virtual bool serves(std::string_view arn) const = 0;
    /// Nothing on success, else why it was not sent, in words.
    virtual std::optional<std::string> send(std::string_view arn, EventMessage message) = 0;
};

}  // namespace orrery::lambda
