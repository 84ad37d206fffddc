/// Roles, users and groups as what policies are given to: the same operations exist for each.
#pragma once

#include "services/iam/request.h"

#include <string>

namespace orrery::iam {

struct PrincipalKind {
    std::string kind;  // "Role"
    std::string word;  // "role", as messages have it
    std::size_t inline_size;
    Principal& (*find)(Request& request);
    Principal& (*find_to_change)(Request& request);
};

extern const PrincipalKind role_kind;
extern const PrincipalKind user_kind;
extern const PrincipalKind group_kind;

/// Calls `visit` with the kind and every role, user and group.
template <typename Visit>
void each_principal(const Entities& entities, Visit visit) {
    for (const auto& [name, role] : entities.roles) {
        visit(role_kind, static_cast<const Principal&>(role));
    }
    for (const auto& [name, user] : entities.users) {
        visit(user_kind, static_cast<const Principal&>(user));
    }
    for (const auto& [name, group] : entities.groups) {
        visit(group_kind, static_cast<const Principal&>(group));
    }
}

}  // namespace orrery::iam
