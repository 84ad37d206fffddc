/// What `orrery serve` serves: a world with its clouds and the templates deployed in it. It can
/// start afresh without its loop ending.
#pragma once

#include "engine/net/http_server.h"
#include "engine/store.h"
#include "engine/world.h"
#include "scenarios/language/handler_trust.h"
#include "services/aws/gateway.h"
#include "services/services.h"
#include "tools/server/deployment.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {
class NativeRuntime;
class ProcessRuntime;
class Runtimes;
}  // namespace orrery

namespace orrery::server {

struct EmulatorOptions {
    std::filesystem::path resources;  // the folder with the shim and the bootstraps
    std::vector<std::filesystem::path> templates;
    std::filesystem::path state;  // a directory; empty: nothing outlives the process
    Instant start;                // later if the state has been further
    bool go_on = false;           // where the state has been, even if that is before `start`
    std::uint64_t seed = 1;
    aws::GatewayOptions gateway;
    std::vector<AllowedPlace> allowed;                // what handlers may reach outside of it
    std::function<void(const TraceEvent&)> on_event;  // sees every trace event as it happens
};

class Emulator {
public:
    /// Throws UsageError for a state directory that cannot be used. Makes no cloud yet.
    explicit Emulator(EmulatorOptions options);
    ~Emulator();
    Emulator(const Emulator&) = delete;
    Emulator& operator=(const Emulator&) = delete;

    /// Makes the clouds, brings back their state, and deploys the templates. Handlers reach the
    /// emulator at `endpoint`, and trust it by `certificate`. Throws UsageError.
    void open(const Endpoint& endpoint, const std::string& certificate);

    World& world() { return world_; }
    Clouds& clouds() { return *clouds_; }
    aws::Gateway& gateway() { return *gateway_; }
    const std::vector<Deployed>& deployed() const { return deployed_; }
    /// By the CLI's names.
    std::vector<std::string_view> service_names() const;
    /// Whether no cloud has any resource.
    bool empty() const;
    /// Answers whoever waits for something that may never come.
    void end_waits();
    /// Forgets everything, the state on disk too, and begins at `start` as open() did. Not from
    /// inside an event; nothing may be due. Throws UsageError for a template that cannot be
    /// deployed (any more), and leaves an empty world then.
    void start_afresh(Instant start);
    /// Commits the state with the present instant, from which the next process goes on.
    void save();

private:
    void make_clouds();
    void deploy_templates();
    void empty_world(Instant start);
    void clear();
    void remember_clock();
    std::vector<HandlerRoute> routes() const;

    EmulatorOptions options_;
    World world_;
    std::unique_ptr<Store> store_;
    Endpoint endpoint_;
    HandlerTrust trust_;
    std::unique_ptr<ProcessRuntime> processes_;
    std::unique_ptr<NativeRuntime> natives_;
    std::unique_ptr<Runtimes> runtimes_;
    std::unique_ptr<Clouds> clouds_;
    std::unique_ptr<aws::Gateway> gateway_;
    std::vector<Deployed> deployed_;
};

}  // namespace orrery::server
