/// STS: all that others may include of services/sts. It is one for all Regions of an account;
/// whether somebody may assume a role is not checked.
#pragma once

#include "services/aws/api.h"
#include "services/sts/principals.h"
#include "services/sts/sessions.h"

#include <string>

namespace orrery {
struct World;
}

namespace orrery::sts {

class StsService {
public:
    /// All three must outlive the service.
    StsService(World& world, std::string account, Principals& principals, Sessions& sessions);
    StsService(const StsService&) = delete;
    StsService& operator=(const StsService&) = delete;

    aws::ApiService& api() { return api_; }

private:
    friend class Operations;

    World& world_;
    std::string account_;
    Principals& principals_;
    Sessions& sessions_;
    aws::ApiService api_;
};

}  // namespace orrery::sts
