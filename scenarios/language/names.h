/// The names that a scenario may use: its template's resources and the services' operations; finds
/// misspelt ones early.
#pragma once

#include "engine/document.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

namespace aws {
class Api;
}

/// An operation by its service's and its own name.
struct OperationName {
    std::string service;    // "sqs"
    std::string operation;  // "SendMessage"

    std::string text() const { return service + "." + operation; }
};

class Names {
public:
    /// `resources`: logical names with their types; `parameters`: the template's. `api` must
    /// outlive this.
    Names(std::map<std::string, std::string> resources,
          std::vector<std::string> parameters,
          const aws::Api& api)
        : resources_(std::move(resources)), parameters_(std::move(parameters)), api_(api) {}

    /// Checks that `name` is the logical name of a resource of one of `types`; `what` is their
    /// word: "queue".
    void require_resource(const DocumentNode& name,
                          const std::vector<std::string_view>& types,
                          std::string_view what) const;
    void require_operation(const OperationName& name, const Location& where) const;
    /// Checks what is already known of an operation's parameters against the service's model: no
    /// unknown names, no wrong types. A reference or a placeholder can become anything.
    void require_parameters(const OperationName& name, const DocumentNode& parameters) const;
    /// Checks every !Ref, !GetAtt and !Sub within `value`.
    void require_references(const DocumentNode& value) const;

private:
    void require_reference(const std::string& name,
                           const std::string& attribute,
                           const Location& where) const;

    std::map<std::string, std::string> resources_;
    std::vector<std::string> parameters_;
    const aws::Api& api_;
};

namespace resource_types {
inline const std::vector<std::string_view> queue{"AWS::SQS::Queue"};
inline const std::vector<std::string_view> function{"AWS::Lambda::Function",
                                                    "AWS::Serverless::Function"};
inline const std::vector<std::string_view> table{
    "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable"};
inline const std::vector<std::string_view> database{"AWS::RDS::DBInstance"};
inline const std::vector<std::string_view> log_writer{
    "AWS::Logs::LogGroup", "AWS::Lambda::Function", "AWS::Serverless::Function"};
}  // namespace resource_types

}  // namespace orrery
