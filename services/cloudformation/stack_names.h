/// What the names in a template stand for, as far as its deployment has come.
#pragma once

#include "services/aws/identity.h"
#include "services/cloudformation/intrinsics.h"
#include "services/cloudformation/parameter_values.h"
#include "services/cloudformation/resource_type.h"
#include "services/cloudformation/template.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::cloudformation {

/// A resource that was made.
struct Made {
    const ResourceType* type = nullptr;
    Created created;
};

class StackNames : public Scope {
public:
    StackNames(const aws::Identity& identity, std::string stack_name, std::string stack_id)
        : identity_(identity), stack_name_(std::move(stack_name)), stack_id_(std::move(stack_id)) {}

    /// Throws UsageError as parameter_values() does.
    void begin(const Template& source, const std::map<std::string, std::string>& parameters);
    void add(const std::string& logical_id, Made made) { made_[logical_id] = std::move(made); }

    Json reference(const std::string& name, const Location& where) const override;
    Json attribute(const std::string& resource,
                   const std::string& name,
                   const Location& where) const override;
    bool condition(const std::string& name, const Location& where) const override;
    const DocumentNode& mapping(const std::string& name, const Location& where) const override;

    /// Throws UsageError if nothing in the template is called `name`, or it has no such attribute
    /// (none asked: empty).
    void check_reference(const std::string& name,
                         const std::string& attribute,
                         const Location& where) const;
    void check_resource(const Mention& mention) const;
    bool is_parameter(const std::string& name) const { return parameters_.count(name) > 0; }
    /// Whether the condition, if there is one, holds.
    bool is_wanted(const Mention& condition_name) const;
    /// Null if no such resource was made.
    const Made* made(std::string_view logical_id) const;

    const Template& source() const { return source_; }
    const std::string& stack_name() const { return stack_name_; }
    /// `text` with the values of NoEcho parameters blotted out.
    std::string without_secrets(std::string text) const;

private:
    const Resource* find_resource(std::string_view logical_id) const;
    std::vector<std::string_view> resource_names() const;
    const Made& made_resource(const std::string& logical_id, const Location& where) const;

    const aws::Identity& identity_;
    std::string stack_name_;
    std::string stack_id_;
    Template source_;
    std::map<std::string, ParameterValue> parameters_;
    std::map<std::string, Made, std::less<>> made_;
    mutable std::vector<std::string> conditions_under_way_;
};

}  // namespace orrery::cloudformation
