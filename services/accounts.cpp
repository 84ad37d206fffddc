#include "services/accounts.h"

#include "services/aws/access_key.h"

namespace orrery {

iam::IamService& Accounts::iam(const std::string& account) {
    std::unique_ptr<iam::IamService>& service = iam_[account];
    if (service == nullptr) {
        service = std::make_unique<iam::IamService>(world_, account);
    }
    return *service;
}

sts::StsService& Accounts::sts(const std::string& account) {
    std::unique_ptr<sts::StsService>& service = sts_[account];
    if (service == nullptr) {
        service = std::make_unique<sts::StsService>(world_, account, *this, sessions_);
    }
    return *service;
}

std::optional<std::string> Accounts::find_secret(std::string_view access_key) {
    if (const sts::Session* session = sessions_.find(access_key)) {
        return session->secret;
    }
    const auto account = aws::account_of_own_access_key(access_key);
    return account ? iam(*account).find_secret(access_key) : std::nullopt;
}

std::optional<sts::RolePrincipal> Accounts::find_role(std::string_view account,
                                                      std::string_view arn) {
    const auto role = iam(std::string(account)).find_role(arn);
    return role ? std::optional(sts::RolePrincipal{role->id, role->most_session_seconds})
                : std::nullopt;
}

std::optional<sts::UserPrincipal> Accounts::find_user_of_key(std::string_view account,
                                                             std::string_view access_key) {
    const auto user = iam(std::string(account)).find_user_of_key(access_key);
    return user ? std::optional(sts::UserPrincipal{user->id, user->arn}) : std::nullopt;
}

}  // namespace orrery
