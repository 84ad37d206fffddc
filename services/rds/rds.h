/// The emulated RDS: MySQL instances with endpoints of their own, their operations, and SQL for
/// scenarios.
#pragma once

#include "engine/net/tcp_server.h"
#include "engine/time.h"
#include "services/aws/identity.h"
#include "services/rds/result.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

struct World;

namespace aws {
class ApiService;
}

namespace rds {

/// An instance as others need it: `host` is what clients connect to, `bound` where it really
/// listens. `bound` must not reach the trace or an answer.
struct InstanceInfo {
    std::string identifier;
    std::string host;
    Endpoint bound;
    std::string database;
    std::string user;
};

class RdsService {
public:
    /// `world` must outlive the service.
    RdsService(World& world, aws::Identity identity);
    ~RdsService();
    RdsService(const RdsService&) = delete;
    RdsService& operator=(const RdsService&) = delete;

    /// CreateDBInstance, DescribeDBInstances, DeleteDBInstance.
    aws::ApiService& api();

    /// How much later than its arrival every statement is answered; 1 ms at first.
    void set_statement_latency(Duration latency);

    /// Runs one statement on the instance's own session, with autocommit, in its first database.
    /// What MySQL refuses comes back as the result's error; 1205 if a client's transaction holds
    /// the lock that it needs. Throws ApiError for an instance that there is not.
    StatementResult query(std::string_view instance_identifier, std::string_view sql);

    /// In alphabetical order.
    std::vector<InstanceInfo> instances() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace rds
}  // namespace orrery
