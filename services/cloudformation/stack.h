/// A stack: a template's resources made through the services' own operations, and what their names
/// then stand for.
#pragma once

#include "engine/error.h"
#include "engine/json.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {
struct World;
}
namespace orrery::aws {
class Api;
struct Identity;
}  // namespace orrery::aws

namespace orrery::cloudformation {

struct Template;

/// What becomes of a queue that is there already, kept from an earlier process: an error if it
/// differs from the template's, or it stays as it is.
enum class Existing : std::uint8_t { compared, kept };

class Stack {
public:
    /// `world`, `identity` and `api` must outlive the stack.
    Stack(World& world, const aws::Identity& identity, aws::Api& api, const std::string& name);
    ~Stack();
    Stack(Stack&&) noexcept;

    /// Makes the resources at this instant, each after what it refers to. Call it once. Throws
    /// UsageError for what the template asks in vain, and for what a service refuses; what was made
    /// until then stays. Values of NoEcho parameters stand in no error.
    void deploy(const Template& source,
                const std::map<std::string, std::string>& parameters,
                Existing existing = Existing::compared);

    /// The resources that were made, in the template's order.
    const std::vector<std::string>& logical_ids() const;
    bool has(std::string_view logical_id) const;
    // Of a resource that was made; UsageError for any other name, with the nearest.
    const std::string& physical_id(std::string_view logical_id) const;
    const std::string& attribute(std::string_view logical_id, std::string_view name) const;
    /// After the SAM transform: "AWS::Lambda::Function" for an AWS::Serverless::Function.
    std::string_view resource_type(std::string_view logical_id) const;

    /// The values of the Outputs section by name.
    const Json& outputs() const;
    /// `value` with the functions in it (long forms, see long_forms()) carried out; null for
    /// AWS::NoValue.
    Json resolve(const Json& value, const Location& where) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace orrery::cloudformation
