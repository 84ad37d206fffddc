#include "services/lambda/lambda.h"

#include "engine/store.h"
#include "engine/world.h"
#include "services/lambda/async_invocations.h"
#include "services/lambda/control_plane.h"
#include "services/lambda/event_source_mapping.h"
#include "services/lambda/function_url_front.h"
#include "services/lambda/functions.h"
#include "services/lambda/operations.h"
#include "services/lambda/saved_state.h"

#include <utility>

namespace orrery::lambda {

namespace {

constexpr const char* table = "lambda";  // "123456789012/eu-west-1": all that there is

std::string store_key(const aws::Identity& identity) {
    return identity.account + "/" + identity.region;
}

}  // namespace

LambdaService::LambdaService(World& world,
                             aws::Identity identity,
                             RuntimeProvider& runtimes,
                             LogWriter& logs)
    : world_(world),
      api_("lambda"),
      functions_(std::make_unique<Functions>(world, std::move(identity), runtimes, logs)),
      events_(std::make_unique<AsyncInvocations>(*functions_)),
      mappings_(std::make_unique<EventSourceMappings>(world, *functions_, *events_)),
      control_(std::make_unique<ControlPlane>(*functions_)) {
    control_->mappings = mappings_.get();
    control_->events = events_.get();
    control_->on_changed = [this] { changed(); };
    mappings_->on_settled([this] { changed(); });
    const Rows rows(api_, *control_);
    for (const auto add : {add_account_operations,
                           add_alias_operations,
                           add_code_operations,
                           add_concurrency_operations,
                           add_event_invoke_operations,
                           add_function_operations,
                           add_layer_operations,
                           add_mapping_operations,
                           add_permission_operations,
                           add_runtime_operations,
                           add_tag_operations,
                           add_url_operations,
                           add_version_operations}) {
        add(rows);
    }
    add_invoke_operations(api_, *functions_, *events_);
    if (world_.store != nullptr) {
        world_.store->each(table, [this](std::string_view key, std::string_view value) {
            if (key == store_key(functions_->identity())) {
                read_state(value, *control_);
            }
        });
        world_.store->add_saver([this] { save(); });
    }
}

LambdaService::~LambdaService() = default;

void LambdaService::changed() {
    if (world_.store != nullptr) {
        changed_ = true;
        world_.store->touch();
    }
}

void LambdaService::save() {
    if (std::exchange(changed_, false)) {
        world_.store->put(table, store_key(functions_->identity()), state_record(*control_));
    }
}

std::optional<std::string> LambdaService::find_code(const std::string& sum) {
    return control_->code.archive(sum);
}

void LambdaService::add_event_source(EventSources& sources) {
    mappings_->add_queues(sources);
}

void LambdaService::add_stream_source(StreamSources& sources) {
    mappings_->add_streams(sources);
}

void LambdaService::add_event_targets(EventTargets& targets) {
    events_->add_targets(targets);
}

bool LambdaService::serve_url(const UrlAddress& address,
                              const std::function<void(HttpResponse)>& respond) {
    return lambda::serve_url(*functions_, address, respond);
}

std::vector<FunctionUrlInfo> LambdaService::urls() const {
    std::vector<FunctionUrlInfo> urls;
    for (const auto& [name, function] : functions_->all()) {
        for (const auto& [qualifier, url] : function->urls) {
            urls.push_back({name, qualifier, url.id});
        }
    }
    return urls;
}

void LambdaService::set_metrics(aws::MetricWriter& writer) {
    functions_->metrics().set_writer(writer);
}

void LambdaService::simulate(std::string_view function_name, const FunctionSimulation& simulation) {
    functions_->simulate(function_name, simulation);
}

const FunctionStatistics* LambdaService::statistics(std::string_view function_name) const {
    const Function* function = functions_->find(function_name);
    return function == nullptr ? nullptr : &function->statistics;
}

}  // namespace orrery::lambda
