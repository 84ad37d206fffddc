#include "services/services.h"

#include "services/lambda/lambda.h"
#include "services/logs/logs.h"
#include "services/queue_event_source.h"
#include "services/rds/rds.h"
#include "services/sqs/sqs.h"

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
    Services(World& world, const aws::Identity& an_identity, lambda::RuntimeProvider& runtimes)
        : identity(an_identity),
          logs(world, identity),
          sqs(world, identity),
          rds(world, identity),
          lambda_logs(logs),
          queue_sources(sqs),
          lambda(world, identity, runtimes, lambda_logs) {
        lambda.add_event_source(queue_sources);
        // The list: a new service is a member above and a line here.
        api.add(logs.api());
        api.add(sqs.api());
        api.add(rds.api());
        api.add(lambda.api());
    }

    aws::Identity identity;
    aws::Api api;
    logs::LogsService logs;
    sqs::SqsService sqs;
    rds::RdsService rds;
    LambdaLogs lambda_logs;
    QueueEventSources queue_sources;
    lambda::LambdaService lambda;
};

Cloud::Cloud(World& world, const aws::Identity& identity, lambda::RuntimeProvider& runtimes)
    : services_(std::make_unique<Services>(world, identity, runtimes)) {}

Cloud::~Cloud() = default;

const aws::Identity& Cloud::identity() const {
    return services_->identity;
}
aws::Api& Cloud::api() {
    return services_->api;
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

}  // namespace orrery
