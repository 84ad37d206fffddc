/// The registration list: every emulated service, made once and wired to the others through small
/// interfaces.
#pragma once

#include "services/aws/api.h"
#include "services/aws/identity.h"

#include <memory>

namespace orrery {

struct World;

namespace lambda {
class LambdaService;
class RuntimeProvider;
}  // namespace lambda
namespace logs {
class LogsService;
}
namespace rds {
class RdsService;
}
namespace sqs {
class SqsService;
}

/// A simulated cloud: one account in one Region.
class Cloud {
public:
    /// `world` and `runtimes` must outlive the cloud.
    Cloud(World& world, const aws::Identity& identity, lambda::RuntimeProvider& runtimes);
    ~Cloud();
    Cloud(const Cloud&) = delete;
    Cloud& operator=(const Cloud&) = delete;

    const aws::Identity& identity() const;
    aws::Api& api();
    sqs::SqsService& sqs();
    lambda::LambdaService& lambda();
    logs::LogsService& logs();
    rds::RdsService& rds();

private:
    struct Services;
    std::unique_ptr<Services> services_;
};

}  // namespace orrery
