/// The quotas of IAM [docs: reference_iam-quotas].
#pragma once

#include <cstddef>
#include <cstdint>

namespace orrery::iam::limits {

inline constexpr std::size_t roles = 1000;
inline constexpr std::size_t users = 5000;
inline constexpr std::size_t groups = 300;
inline constexpr std::size_t policies = 1500;
inline constexpr std::size_t instance_profiles = 1000;

inline constexpr std::size_t attached_policies = 10;  // to a role, a user, a group
inline constexpr std::size_t policy_versions = 5;
inline constexpr std::size_t access_keys = 2;  // of a user
inline constexpr std::size_t groups_of_user = 10;
inline constexpr std::size_t tags = 50;

// In characters without white space.
inline constexpr std::size_t managed_policy_size = 6144;
inline constexpr std::size_t trust_policy_size = 2048;
inline constexpr std::size_t role_inline_size = 10240;  // of all together
inline constexpr std::size_t user_inline_size = 2048;
inline constexpr std::size_t group_inline_size = 5120;

inline constexpr std::int64_t items_per_answer = 100;

}  // namespace orrery::iam::limits
