/// Everything that steps act on and expectations look at: the world, its cloud, the deployed stack,
/// and who drives time.
#pragma once

#include "engine/document.h"
#include "engine/json.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace orrery {

class Cloud;
class Driver;
class EventRecorder;
class ProcessRuntime;
struct Difference;
struct OperationName;
struct World;

namespace aws {
class ApiResult;
}
namespace cloudformation {
class Stack;
}

struct Stage {
    World& world;
    Cloud& cloud;
    const cloudformation::Stack& stack;
    Driver& driver;
    ProcessRuntime& processes;
    std::filesystem::path folder;  // the scenario's, absolute
    EventRecorder& events;

    /// A value with its references resolved; see values.h.
    Json render(const DocumentNode& node, std::string_view operation = "") const;
    /// What a resource with that logical name is called in the cloud: its Ref.
    std::string physical_id(const std::string& logical) const;
    /// The log group that a function or log group with that logical name writes to; a name with '/'
    /// is the group's own.
    std::string log_group(const std::string& name) const;
    /// Calls an operation and lets virtual time pass until it has answered. From outside the loop's
    /// events only.
    aws::ApiResult call(const OperationName& operation, const Json& parameters);
    /// Matches each member of `expected` but `subject` with the member of `view` of that name.
    std::optional<Difference> first_difference(const DocumentNode& expected,
                                               std::string_view subject,
                                               const Json& view) const;
};

}  // namespace orrery
