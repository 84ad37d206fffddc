/// The registration list: every emulated service, made once and wired to the others through small
/// interfaces.
#pragma once

#include "services/aws/api.h"
#include "services/aws/identity.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace orrery {

struct World;
class Accounts;

namespace dynamodb {
class DynamoDbService;
}
namespace kinesis {
class KinesisService;
}
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
    /// All must outlive the cloud. `accounts` are what Regions share; null: it is the only one.
    Cloud(World& world,
          const aws::Identity& identity,
          lambda::RuntimeProvider& runtimes,
          Accounts* accounts = nullptr);
    ~Cloud();
    Cloud(const Cloud&) = delete;
    Cloud& operator=(const Cloud&) = delete;

    const aws::Identity& identity() const;
    aws::Api& api();
    dynamodb::DynamoDbService& dynamodb();
    kinesis::KinesisService& kinesis();
    sqs::SqsService& sqs();
    lambda::LambdaService& lambda();
    logs::LogsService& logs();
    rds::RdsService& rds();

    /// Whether it has no resource of any kind.
    bool empty();
    /// Answers whoever waits for something that may never come: long polls, with nothing.
    void end_waits();

private:
    struct Services;
    std::unique_ptr<Services> services_;
};

/// All accounts and Regions of a world: a cloud for each that was ever asked for.
class Clouds {
public:
    /// `world` and `runtimes` must outlive the clouds. Those that the world's store knows are there
    /// from the start.
    Clouds(World& world, lambda::RuntimeProvider& runtimes);
    ~Clouds();
    Clouds(const Clouds&) = delete;
    Clouds& operator=(const Clouds&) = delete;

    /// Makes it if there is none yet.
    Cloud& of(const aws::Identity& identity);
    /// Null if there is none yet.
    Cloud* find(const aws::Identity& identity) const;
    /// By account and Region.
    std::vector<Cloud*> all() const;
    Accounts& accounts() const { return *accounts_; }

private:
    World& world_;
    lambda::RuntimeProvider& runtimes_;
    std::unique_ptr<Accounts> accounts_;
    std::map<std::pair<std::string, std::string>, std::unique_ptr<Cloud>> clouds_;
};

}  // namespace orrery
