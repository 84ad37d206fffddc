/// CloudFormation's intrinsic functions over a document: evaluating them, and finding what they
/// refer to.
#pragma once

#include "engine/document.h"
#include "engine/json.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::cloudformation {

/// What the names in an expression mean. Every lookup throws UsageError at `where` for a name that
/// means nothing.
class Scope {
public:
    virtual ~Scope() = default;
    /// Ref: a parameter, pseudo parameter or resource. Not asked for AWS::NoValue.
    virtual Json reference(const std::string& name, const Location& where) const = 0;
    virtual Json attribute(const std::string& resource,
                           const std::string& name,
                           const Location& where) const = 0;
    virtual bool condition(const std::string& name, const Location& where) const = 0;
    /// One entry of the Mappings section.
    virtual const DocumentNode& mapping(const std::string& name, const Location& where) const = 0;
};

/// The value of a node with all functions carried out; nothing for AWS::NoValue. Functions stand in
/// long or short form.
std::optional<Json> evaluate(const DocumentNode& node, const Scope& scope);
/// The value of an expression of the Conditions section.
bool evaluate_condition(const DocumentNode& node, const Scope& scope);

/// Called with a name, an attribute (empty for Ref) and the place of the mention.
using OnReference = std::function<void(
    const std::string& name, const std::string& attribute, const Location& where)>;
/// Reports what `node` refers to by Ref, Fn::GetAtt and Fn::Sub; of an Fn::If only the branch that
/// counts.
void visit_references(const DocumentNode& node,
                      const Scope& scope,
                      const OnReference& on_reference);

/// For DocumentNode::to_json: short forms become long ones, `!Ref Orders` becomes {"Ref":
/// "Orders"}.
DocumentNode::TagRule long_forms();
/// The inverse of to_json: every node stands at `where`.
DocumentNode document_of(const Json& value, const Location& where);

}  // namespace orrery::cloudformation
