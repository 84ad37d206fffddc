/// IAM: all that others may include of services/iam. It is one for all Regions of an account;
/// policies are kept and answered, not enforced.
#pragma once

#include "engine/random.h"
#include "services/aws/api.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace orrery {
struct World;
}

namespace orrery::iam {

struct Entities;

struct RoleFacts {
    std::string id;
    std::int64_t most_session_seconds = 3600;
};

struct UserFacts {
    std::string id;
    std::string arn;
};

class IamService {
public:
    /// `world` must outlive the service. What the world's store has of the account is there from
    /// the start.
    IamService(World& world, std::string account);
    ~IamService();
    IamService(const IamService&) = delete;
    IamService& operator=(const IamService&) = delete;

    aws::ApiService& api() { return api_; }

    /// Whether nothing has been made in it.
    bool empty() const;
    /// Nothing if there is no role of that ARN.
    std::optional<RoleFacts> find_role(std::string_view arn) const;
    /// The user whose active access key this is.
    std::optional<UserFacts> find_user_of_key(std::string_view access_key) const;
    /// Nothing if no user has that key.
    std::optional<std::string> find_secret(std::string_view access_key) const;

private:
    friend class Rows;

    void changed();
    void save();

    World& world_;
    std::string account_;
    RandomStream random_;
    std::unique_ptr<Entities> entities_;
    bool changed_ = false;
    aws::ApiService api_;
};

}  // namespace orrery::iam
