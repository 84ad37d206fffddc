#include "services/dynamodb/tables.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/aws/error.h"
#include "services/aws/metrics.h"
#include "services/dynamodb/record_bytes.h"
#include "services/dynamodb/storage.h"
#include "services/dynamodb/table_monitor.h"
#include "services/dynamodb/transactions.h"

namespace orrery::dynamodb {

namespace {

/// The definition of no table: the highest number that one has had.
constexpr std::uint64_t last_number_record = 0;

/// The name in an ARN of this account and Region; other text is a name.
std::string_view name_of(std::string_view name_or_arn, const aws::Identity& identity) {
    if (!name_or_arn.starts_with("arn:")) {
        return name_or_arn;
    }
    const std::string ours = identity.arn("dynamodb", "table/");
    return name_or_arn.starts_with(ours) ? name_or_arn.substr(ours.size()) : name_or_arn;
}

}  // namespace

Tables::Tables(World& world, aws::Identity identity, aws::MetricWriter* metrics)
    : world_(world),
      identity_(std::move(identity)),
      metrics_(metrics),
      user_errors_(metrics == nullptr
                       ? nullptr
                       : &metrics->metric({"AWS/DynamoDB", "UserErrors", {}, "Count"})),
      storage_(make_storage(world, identity_)),
      transactions_(std::make_unique<Transactions>(world, identity_)),
      // What a state directory has had its ids already.
      ids_(
          world.random.stream("dynamodb/tables/" + identity_.scope() + iso8601(world.loop.now()))) {
    storage_->each_definition([this](std::uint64_t number, std::string_view saved) {
        if (number == last_number_record) {
            last_number_ = RecordReader(saved).number();
        } else {
            add(std::make_unique<Table>(world_, *storage_, number, saved));
        }
    });
    storage_->set_saver([this] { save(); });
}

Tables::~Tables() = default;

Table* Tables::find(std::string_view name_or_arn) {
    const auto found = tables_.find(name_of(name_or_arn, identity_));
    return found == tables_.end() ? nullptr : found->second.get();
}

Table& Tables::usable(std::string_view name_or_arn) {
    Table* table = find(name_or_arn);
    if (table == nullptr || !table->usable()) {
        throw aws::ApiError("ResourceNotFoundException", "Requested resource not found");
    }
    return *table;
}

Table& Tables::add(std::unique_ptr<Table> table) {
    const std::string& name = table->definition().name;
    table->set_monitor(std::make_unique<TableMonitor>(
        world_, identity_.scope() + "dynamodb/" + name, name, metrics_));
    const auto [place, added] = tables_.emplace(name, std::move(table));
    ENSURE(added);
    return *place->second;
}

Table& Tables::create(TableDefinition definition) {
    definition.number = ++last_number_;
    definition.id = ids_.uuid();
    definition.arn = identity_.arn("dynamodb", "table/" + definition.name);
    definition.created_at = world_.loop.now();
    std::string number;
    append_number(number, last_number_);
    storage_->set_definition(last_number_record, number);
    return add(std::make_unique<Table>(world_, *storage_, std::move(definition)));
}

void Tables::erase(std::string_view name) {
    const auto found = tables_.find(name);
    ENSURE(found != tables_.end());
    found->second->erase_all();
    storage_->erase_definition(found->second->definition().number);
    tables_.erase(found);
}

/// All but these two. [docs: metrics-dimensions]
void Tables::answered_with(const aws::ApiError& error) {
    constexpr int bad_request = 400;
    const std::string& code = error.code();
    if (user_errors_ != nullptr && error.http_status() == bad_request &&
        code != "ConditionalCheckFailedException" &&
        code != "ProvisionedThroughputExceededException") {
        user_errors_->record(world_.loop.now(), 1);
    }
}

void Tables::sample_metrics() {
    for (const auto& [name, table] : tables_) {
        table->sample_metrics();
    }
}

void Tables::save() {
    for (const auto& [name, table] : tables_) {
        if (table->take_changed()) {
            storage_->set_definition(table->definition().number, table->saved());
        }
    }
}

}  // namespace orrery::dynamodb
