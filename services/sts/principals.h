/// Whom credentials can stand for: what STS needs of IAM.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::sts {

struct RolePrincipal {
    std::string id;
    std::int64_t most_session_seconds = 3600;
};

struct UserPrincipal {
    std::string id;
    std::string arn;
};

class Principals {
public:
    virtual ~Principals() = default;
    Principals(const Principals&) = delete;
    Principals& operator=(const Principals&) = delete;

    /// Of any account. Nothing if there is no such role.
    virtual std::optional<RolePrincipal> find_role(std::string_view account,
                                                   std::string_view arn) = 0;
    /// The user of an account whose active access key this is.
    virtual std::optional<UserPrincipal> find_user_of_key(std::string_view account,
                                                          std::string_view access_key) = 0;

protected:
    Principals() = default;
};

}  // namespace orrery::sts
