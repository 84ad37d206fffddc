/// What accounts have once for all Regions: IAM, and STS with the sessions it gave out.
#pragma once

#include "services/iam/iam.h"
#include "services/sts/principals.h"
#include "services/sts/sessions.h"
#include "services/sts/sts.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace orrery {

struct World;

class Accounts final : public sts::Principals {
public:
    /// `world` must outlive the accounts.
    explicit Accounts(World& world) : world_(world), sessions_(world) {}

    iam::IamService& iam(const std::string& account);
    sts::StsService& sts(const std::string& account);
    /// The secret of an access key that a user or a session has.
    std::optional<std::string> find_secret(std::string_view access_key);

    std::optional<sts::RolePrincipal> find_role(std::string_view account,
                                                std::string_view arn) override;
    std::optional<sts::UserPrincipal> find_user_of_key(std::string_view account,
                                                       std::string_view access_key) override;

private:
    World& world_;
    sts::Sessions sessions_;
    std::map<std::string, std::unique_ptr<iam::IamService>, std::less<>> iam_;
    std::map<std::string, std::unique_ptr<sts::StsService>, std::less<>> sts_;
};

}  // namespace orrery
