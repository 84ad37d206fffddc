/// A service in one process after another, and the file that it keeps between them.
#pragma once

#include "engine/store.h"
#include "engine/world.h"
#include "services/aws/api.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <utility>

namespace orrery::test {

using namespace std::chrono_literals;

template <typename Service>
class Lives {
public:
    /// Makes the service and adds what it offers to the API.
    using Begin = std::function<std::unique_ptr<Service>(World&, aws::Api&)>;

    /// Without a file nothing outlives a restart.
    Lives(std::filesystem::path state_file, Begin begin)
        : state_file_(std::move(state_file)), begin_(std::move(begin)) {
        begin_at(default_start);
    }
    ~Lives() { end(); }
    Lives(const Lives&) = delete;
    Lives& operator=(const Lives&) = delete;

    /// The process ends, and another one goes on at the same instant.
    void restart() {
        run_for(0s);  // what is due is committed
        const Instant now = world_->loop.now();
        end();
        begin_at(now);
    }
    void run_for(Duration duration) { world_->loop.run_until(world_->loop.now() + duration); }

    World& world() { return *world_; }
    Service& service() { return *service_; }
    aws::Api& api() { return *api_; }

private:
    void begin_at(Instant start) {
        world_ = std::make_unique<World>(1, start);
        if (!state_file_.empty()) {
            store_ = std::make_unique<Store>(world_->loop, state_file_);
            world_->store = store_.get();
        }
        api_ = std::make_unique<aws::Api>();
        service_ = begin_(*world_, *api_);
    }
    void end() {
        api_.reset();
        service_.reset();
        store_.reset();
        world_.reset();
    }

    std::filesystem::path state_file_;
    Begin begin_;
    std::unique_ptr<World> world_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Service> service_;
    std::unique_ptr<aws::Api> api_;
};

}  // namespace orrery::test
