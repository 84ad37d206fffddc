/// The tables of an account and Region by name.
#pragma once

#include "engine/random.h"
#include "services/aws/identity.h"
#include "services/dynamodb/table.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace orrery {
struct World;
namespace aws {
class ApiError;
class Metric;
class MetricWriter;
}  // namespace aws
}  // namespace orrery

namespace orrery::dynamodb {

class Storage;
class Transactions;

class Tables {
public:
    using ByName = std::map<std::string, std::unique_ptr<Table>, std::less<>>;

    /// What the world's store knows is there from the start. `metrics` may be null.
    Tables(World& world, aws::Identity identity, aws::MetricWriter* metrics);
    ~Tables();
    Tables(const Tables&) = delete;
    Tables& operator=(const Tables&) = delete;

    World& world() { return world_; }
    const aws::Identity& identity() const { return identity_; }
    Storage& storage() { return *storage_; }
    Transactions& transactions() { return *transactions_; }
    const ByName& all() const { return tables_; }

    /// By name or ARN; null if there is none.
    Table* find(std::string_view name_or_arn);
    /// The same for the data plane: throws ResourceNotFoundException where there is none or it is
    /// not usable yet.
    Table& usable(std::string_view name_or_arn);

    /// `definition.number`, id, ARN and time of creation are given here.
    Table& create(TableDefinition definition);
    /// The table and its items are gone.
    void erase(std::string_view name);

    /// An operation has been answered with this: CloudWatch's UserErrors has it, if it is one.
    void answered_with(const aws::ApiError& error);
    /// Records the metrics that have become due.
    void sample_metrics();

    /// How long the operations on items take. A transaction holds its items for so long.
    Duration latency() const { return latency_; }
    void set_latency(Duration latency) { latency_ = latency; }

private:
    void save();
    Table& add(std::unique_ptr<Table> table);

    World& world_;
    aws::Identity identity_;
    aws::MetricWriter* metrics_;
    aws::Metric* user_errors_;  // null: nobody counts them
    std::unique_ptr<Storage> storage_;
    std::unique_ptr<Transactions> transactions_;
    RandomStream ids_;
    ByName tables_;
    std::uint64_t last_number_ = 0;
    Duration latency_{0};
};

}  // namespace orrery::dynamodb
