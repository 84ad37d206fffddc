/// The RDS operations by AWS's names: parameters in, answers in the shape of botocore's model out.
#pragma once

#include "engine/json.h"
#include "engine/time.h"
#include "services/aws/api.h"
#include "services/aws/identity.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace orrery::rds {

class Instance;

/// An instance with what only its description shows.
struct InstanceRecord {
    std::string instance_class;
    std::string engine_version;
    std::int64_t allocated_storage = 20;
    std::string resource_id;
    Instant created;
    bool publicly_accessible = false;
    bool multi_az = false;
    bool storage_encrypted = false;
    bool deletion_protection = false;
    std::int64_t backup_retention_period = 1;
    std::string storage_type;
    std::string availability_zone;
    std::vector<std::pair<std::string, std::string>> tags;
    std::vector<std::string> security_groups;
    std::unique_ptr<Instance> instance;
};

/// What the operations work on.
struct InstanceTable {
    aws::Identity identity;
    std::map<std::string, InstanceRecord, std::less<>> records;  // by identifier
    /// Starts a database; throws ApiError.
    std::function<std::unique_ptr<Instance>(const std::string& identifier,
                                            const std::string& database,
                                            const std::string& user,
                                            const std::string& password,
                                            std::uint16_t port)>
        start;
    std::function<Instant()> now;
    std::function<std::string()> new_resource_id;
    std::function<void(const std::string& identifier)> created;
};

/// `table` must outlive `service`.
void add_operations(aws::ApiService& service, InstanceTable& table);
/// Throws ApiError DBInstanceNotFound.
InstanceRecord& find_instance(InstanceTable& table, std::string_view identifier);

}  // namespace orrery::rds
