#include "tools/server/emulator.h"

#include "engine/error.h"
#include "handlers/native/native_runtime.h"
#include "handlers/runtime/process_runtime.h"
#include "handlers/runtimes.h"
#include "scenarios/language/handler_routes.h"
#include "services/accounts.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace orrery::server {

namespace {

constexpr const char* table = "orrery";
constexpr const char* clock_key = "clock";    // nanoseconds since the epoch
constexpr const char* starts_key = "starts";  // how many processes have used the state

std::optional<std::int64_t> number_in(const Store& store, std::string_view wanted) {
    std::optional<std::int64_t> found;
    store.each(table, [&](std::string_view key, std::string_view value) {
        if (key == wanted) {
            found = std::stoll(std::string(value));
        }
    });
    return found;
}

std::filesystem::path state_file(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) {
        throw UsageError("the state directory " + directory.string() +
                         " cannot be made: " + error.message());
    }
    return directory / "state.sqlite";
}

}  // namespace

Emulator::Emulator(EmulatorOptions options)
    : options_(std::move(options)),
      world_(options_.seed, options_.start),
      trust_(options_.allowed.empty() ? TrustOthers::no : TrustOthers::yes) {
    world_.trace.keep_events(false);
    if (options_.on_event) {
        world_.trace.observe(options_.on_event);
    }
    if (!options_.state.empty()) {
        store_ = std::make_unique<Store>(world_.loop, state_file(options_.state));
        world_.store = store_.get();
        if (const auto clock = number_in(*store_, clock_key)) {
            const Instant reached{Duration(*clock)};
            world_.loop.restart(options_.go_on ? reached : std::max(options_.start, reached));
        }
    }
}

Emulator::~Emulator() {
    clear();
}

void Emulator::clear() {
    gateway_.reset();
    deployed_.clear();
    clouds_.reset();
    runtimes_.reset();
    natives_.reset();
    processes_.reset();
}

void Emulator::open(const Endpoint& endpoint, const std::string& certificate) {
    endpoint_ = endpoint;
    trust_.write(certificate);
    make_clouds();
    deploy_templates();
}

void Emulator::make_clouds() {
    // What is made anew in a later process must not get the ids that an earlier one gave.
    Random random(options_.seed);
    if (store_ != nullptr) {
        const std::int64_t starts = number_in(*store_, starts_key).value_or(0);
        if (starts > 0) {
            random = Random(random.stream("start " + std::to_string(starts)).next());
        }
        store_->put(table, starts_key, std::to_string(starts + 1));
        store_->add_saver([this] { remember_clock(); });
    }
    world_.random = random;

    ProcessRuntimeOptions options;
    options.resources = options_.resources;
    options.routes = [this] { return routes(); };
    options.allowed = options_.allowed;
    options.variables = trust_.variables();
    options.java_trust_store = trust_.java_trust_store();
    options.variables.push_back("AWS_ENDPOINT_URL=http://" + endpoint_.address + ":" +
                                std::to_string(endpoint_.port));
    processes_ = std::make_unique<ProcessRuntime>(world_, std::move(options));
    runtimes_ = std::make_unique<Runtimes>();
    natives_ = std::make_unique<NativeRuntime>(world_);
    runtimes_->add(*processes_);
    runtimes_->add(*natives_);
    clouds_ = std::make_unique<Clouds>(world_, *runtimes_);
    aws::GatewayOptions gateway = options_.gateway;
    gateway.find_secret = [this](const std::string& access_key) {
        return clouds_->accounts().find_secret(access_key);
    };
    gateway_ = std::make_unique<aws::Gateway>(
        world_,
        [this](const aws::Identity& identity) -> aws::Api& { return clouds_->of(identity).api(); },
        std::move(gateway));
}

void Emulator::deploy_templates() {
    // Names that templates leave to us are the same in every process.
    const Random random = std::exchange(world_.random, Random(options_.seed));
    deployed_ = deploy(world_, clouds_->of(aws::Identity()), options_.templates, store_ != nullptr);
    world_.random = random;
}

std::vector<HandlerRoute> Emulator::routes() const {
    std::vector<HandlerRoute> routes = handler_routes(clouds_->all());
    HandlerRoute self;
    self.address = endpoint_.address;
    self.port = endpoint_.port;
    self.real = endpoint_;
    routes.push_back(std::move(self));
    add_aws_endpoints(routes, endpoint_);
    return routes;
}

std::vector<std::string_view> Emulator::service_names() const {
    return clouds_->of(aws::Identity()).api().service_names();
}

bool Emulator::empty() const {
    const std::vector<Cloud*> all = clouds_->all();
    return std::all_of(all.begin(), all.end(), [](Cloud* cloud) { return cloud->empty(); });
}

void Emulator::end_waits() {
    for (Cloud* cloud : clouds_->all()) {
        cloud->end_waits();
    }
}

void Emulator::start_afresh(Instant start) {
    empty_world(start);
    try {
        deploy_templates();
    } catch (const UsageError&) {
        empty_world(start);  // rather than one with half of its resources
        throw;
    }
}

void Emulator::empty_world(Instant start) {
    world_.loop.restart(start);
    clear();
    if (store_ != nullptr) {
        store_->start_afresh();
    }
    make_clouds();
}

void Emulator::remember_clock() {
    store_->put(table, clock_key, std::to_string(world_.loop.now().time_since_epoch().count()));
}

void Emulator::save() {
    if (store_ != nullptr) {
        store_->commit();
    }
}

}  // namespace orrery::server
