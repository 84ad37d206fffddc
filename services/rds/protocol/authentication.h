/// The two password proofs that clients send: mysql_native_password and caching_sha2_password.
/// Plain functions.
#pragma once

#include <string>
#include <string_view>

namespace orrery::rds {

inline constexpr std::string_view native_plugin = "mysql_native_password";
inline constexpr std::string_view sha2_plugin = "caching_sha2_password";

inline bool is_known_plugin(std::string_view plugin) {
    return plugin == native_plugin || plugin == sha2_plugin;
}

/// What a client that knows `password` answers to `salt` (20 bytes); "" for an empty password.
std::string password_proof(std::string_view plugin,
                           std::string_view password,
                           std::string_view salt);

}  // namespace orrery::rds
