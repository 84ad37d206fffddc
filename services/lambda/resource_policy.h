/// ResourcePolicy: who may use a function, version, alias or layer version: stored and answered,
/// never enforced.
#pragma once

#include "engine/json.h"

#include <string>
#include <string_view>
#include <vector>

namespace orrery::aws {
class Parameters;
}

namespace orrery::lambda {

class ResourcePolicy {
public:
    struct Statement {
        std::string id;
        std::string text;  // JSON
    };

    bool empty() const { return statements_.empty(); }
    const std::string& revision_id() const { return revision_id_; }
    const std::vector<Statement>& statements() const { return statements_; }

    /// Throws AWS's error if there is one of that id.
    void add(Statement statement, std::string revision_id);
    /// Throws AWS's error if there is none of that id.
    void remove(std::string_view id, std::string revision_id);
    /// The JSON text that GetPolicy answers.
    std::string document() const;

    /// As the state directory has it.
    void restore(std::vector<Statement> statements, std::string revision_id);

private:
    std::vector<Statement> statements_;
    std::string revision_id_;
};

/// Throws AWS's error for layers unless `given` is empty or the policy's.
void check_policy_revision(const ResourcePolicy& policy, const std::string& given);

/// AWS's form of a Principal parameter: a service, an account, "*" or an ARN.
Json principal_element(const std::string& principal);

}  // namespace orrery::lambda
