#include "services/dynamodb/dynamodb.h"

#include "services/dynamodb/control_operations.h"
#include "services/dynamodb/control_plane.h"
#include "services/dynamodb/item_operations.h"
#include "services/dynamodb/tables.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace orrery::dynamodb {

DynamoDbService::DynamoDbService(World& world, aws::Identity identity, aws::MetricWriter* metrics)
    : tables_(std::make_unique<Tables>(world, std::move(identity), metrics)),
      control_(std::make_unique<ControlPlane>(*tables_)) {
    add_item_operations(api_, *tables_);
    add_query_operations(api_, *tables_);
    add_batch_operations(api_, *tables_);
    add_transaction_operations(api_, *tables_);
    add_partiql_operations(api_, *tables_);
    const Rows rows(api_, *control_);
    for (const auto add : {add_account_operations,
                           add_backup_operations,
                           add_insight_operations,
                           add_policy_operations,
                           add_restore_operations,
                           add_table_operations,
                           add_tag_operations,
                           add_time_to_live_operations,
                           add_unsupported_operations,
                           add_update_table_operation}) {
        add(rows);
    }
    add_stream_operations(Rows(streams_api_, *control_));
    for (aws::ApiService* api : {&api_, &streams_api_}) {
        api->add("CountRefusal", [this](const Json& refusal) {
            tables_->answered_with(
                aws::ApiError(refusal.at("Code"), "", refusal.at("Status").get<int>()));
            return Json::object();
        });
    }
    if (metrics != nullptr) {
        metrics->add_sampler(*this);
    }
}

DynamoDbService::~DynamoDbService() = default;

void DynamoDbService::sample_metrics() {
    tables_->sample_metrics();
}

void DynamoDbService::set_latency(Duration latency) {
    tables_->set_latency(latency);
}

std::vector<std::string> DynamoDbService::table_names() const {
    std::vector<std::string> names;
    for (const auto& [name, table] : control_->tables()) {
        names.push_back(name);
    }
    return names;
}

std::optional<std::vector<Item>> DynamoDbService::items(std::string_view name) const {
    const ManagedTable* table = control_->find(name);
    if (table == nullptr) {
        return std::nullopt;
    }
    std::vector<Item> items;
    table->table().each_item([&](const Item& item) { items.push_back(item); });
    return items;
}

Stream* DynamoDbService::find_stream(std::string_view arn) {
    return control_->find_stream(arn);
}

bool DynamoDbService::empty() const {
    return control_->tables().empty() && control_->backups().empty();
}

}  // namespace orrery::dynamodb
