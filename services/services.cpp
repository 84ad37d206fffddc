#include "services/services.h"

#include "engine/store.h"
#include "engine/world.h"
#include "services/accounts.h"
#include "services/cloudwatch/cloudwatch.h"
#include "services/dynamodb/dynamodb.h"
#include "services/kinesis/kinesis.h"
#include "services/kinesis_event_source.h"
#include "services/lambda/lambda.h"
#include "services/log_destinations.h"
#include "services/logs/logs.h"
#include "services/queue_event_source.h"
#include "services/queue_event_target.h"
#include "services/rds/rds.h"
#include "services/sqs/sqs.h"
#include "services/table_event_source.h"

#include <nlohmann/json.hpp>

namespace orrery {

namespace {

class LambdaLogs final : public lambda::LogWriter {
public:
    explicit LambdaLogs(logs::LogsService& logs) : logs_(logs) {}
    void append(std::string_view group,
                std::string_view stream,
                std::string_view message) override {
        logs_.append(group, stream, message);
    }

private:
    logs::LogsService& logs_;
};

}  // namespace

struct Cloud::Services {
    Services(World& world,
             const aws::Identity& an_identity,
             lambda::RuntimeProvider& runtimes,
             Accounts* shared_accounts)
        : identity(an_identity),
          own_accounts(shared_accounts == nullptr ? std::make_unique<Accounts>(world) : nullptr),
          accounts(shared_accounts == nullptr ? *own_accounts : *shared_accounts),
          cloudwatch(world, identity),
          logs(world, identity),
          dynamodb(world, identity, &cloudwatch),
          kinesis(world, identity, &cloudwatch),
          sqs(world, identity, &cloudwatch),
          rds(world, identity),
          log_subscriptions(api),
          log_metrics(cloudwatch),
          lambda_logs(logs),
          queue_sources(sqs),
          kinesis_sources(kinesis),
          table_sources(world, dynamodb, identity),
          queue_targets(sqs, identity),
          lambda(world, identity, runtimes, lambda_logs) {
        lambda.set_metrics(cloudwatch);
        lambda.add_event_source(queue_sources);
        lambda.add_stream_source(kinesis_sources);
        lambda.add_stream_source(table_sources);
        logs.set_subscription_target(log_subscriptions);
        logs.set_metric_sink(log_metrics);
        lambda.add_event_targets(queue_targets);
        // The list: a new service is a member above and a line here.
        api.add(cloudwatch.api());
        api.add(dynamodb.api());
        api.add(dynamodb.streams_api());
        api.add(kinesis.api());
        api.add(logs.api());
        api.add(sqs.api());
        api.add(rds.api());
        api.add(lambda.api());
        api.add(accounts.iam(identity.account).api());
        api.add(accounts.sts(identity.account).api());
    }

    aws::Identity identity;
    std::unique_ptr<Accounts> own_accounts;  // null where they are shared
    Accounts& accounts;
    aws::Api api;
    cloudwatch::CloudWatchService cloudwatch;  // before those that write metrics
    logs::LogsService logs;
    dynamodb::DynamoDbService dynamodb;
    kinesis::KinesisService kinesis;
    sqs::SqsService sqs;
    rds::RdsService rds;
    LogSubscriptions log_subscriptions;
    LogMetrics log_metrics;
    LambdaLogs lambda_logs;
    QueueEventSources queue_sources;
    KinesisEventSources kinesis_sources;
    TableEventSources table_sources;
    QueueEventTargets queue_targets;
    lambda::LambdaService lambda;
};

Cloud::Cloud(World& world,
             const aws::Identity& identity,
             lambda::RuntimeProvider& runtimes,
             Accounts* accounts)
    : services_(std::make_unique<Services>(world, identity, runtimes, accounts)) {}

Cloud::~Cloud() = default;

const aws::Identity& Cloud::identity() const {
    return services_->identity;
}
aws::Api& Cloud::api() {
    return services_->api;
}
dynamodb::DynamoDbService& Cloud::dynamodb() {
    return services_->dynamodb;
}
kinesis::KinesisService& Cloud::kinesis() {
    return services_->kinesis;
}
sqs::SqsService& Cloud::sqs() {
    return services_->sqs;
}
lambda::LambdaService& Cloud::lambda() {
    return services_->lambda;
}
logs::LogsService& Cloud::logs() {
    return services_->logs;
}
rds::RdsService& Cloud::rds() {
    return services_->rds;
}

bool Cloud::empty() {
    const auto none = [this](const char* service, const char* operation, const char* list) {
        return api().call_now(service, operation, Json::object()).at(list).empty();
    };
    return services_->accounts.iam(identity().account).empty() && sqs().queue_names().empty() &&
           rds().instances().empty() && dynamodb().empty() && kinesis().empty() &&
           services_->cloudwatch.empty() && none("lambda", "ListFunctions", "Functions") &&
           none("logs", "DescribeLogGroups", "logGroups");
}

void Cloud::end_waits() {
    for (const std::string& name : sqs().queue_names()) {
        sqs().find_queue(name)->end_polls();
    }
    kinesis().end_subscriptions();
}

namespace {
constexpr const char* clouds_table = "clouds";  // "123456789012/eu-west-1", without values
}

Clouds::Clouds(World& world, lambda::RuntimeProvider& runtimes)
    : world_(world), runtimes_(runtimes), accounts_(std::make_unique<Accounts>(world)) {
    if (world_.store == nullptr) {
        return;
    }
    std::vector<aws::Identity> known;
    world_.store->each(clouds_table, [&](std::string_view key, std::string_view /*value*/) {
        const std::size_t slash = key.find('/');
        known.push_back({std::string(key.substr(0, slash)), std::string(key.substr(slash + 1))});
    });
    for (const aws::Identity& identity : known) {
        of(identity);
    }
}

Clouds::~Clouds() = default;

Cloud& Clouds::of(const aws::Identity& identity) {
    std::unique_ptr<Cloud>& cloud = clouds_[{identity.account, identity.region}];
    if (cloud == nullptr) {
        cloud = std::make_unique<Cloud>(world_, identity, runtimes_, accounts_.get());
        if (world_.store != nullptr) {
            world_.store->put(clouds_table, identity.account + "/" + identity.region, "");
        }
    }
    return *cloud;
}

Cloud* Clouds::find(const aws::Identity& identity) const {
    const auto found = clouds_.find({identity.account, identity.region});
    return found == clouds_.end() ? nullptr : found->second.get();
}

std::vector<Cloud*> Clouds::all() const {
    std::vector<Cloud*> clouds;
    for (const auto& [name, cloud] : clouds_) {
        clouds.push_back(cloud.get());
    }
    return clouds;
}

}  // namespace orrery
