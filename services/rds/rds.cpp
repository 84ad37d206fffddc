#include "services/rds/rds.h"

#include "engine/world.h"
#include "services/aws/api.h"
#include "services/rds/instance.h"
#include "services/rds/operations.h"

#include <utility>

namespace orrery::rds {

namespace {

std::string random_text(RandomStream& random, std::string_view alphabet, std::size_t size) {
    std::string text;
    while (text.size() < size) {
        text += alphabet[static_cast<std::size_t>(random.below(alphabet.size()))];
    }
    return text;
}

}  // namespace

struct RdsService::Impl {
    Impl(World& simulated, aws::Identity identity)
        : world(simulated),
          random(world.random.stream(identity.scope() + "rds")),
          // One account's instances in one Region share this part of their host names.
          host_part(random_text(random, "abcdefghijklmnopqrstuvwxyz", 12)),
          api("rds") {
        table.identity = std::move(identity);
        table.now = [this] { return world.loop.now(); };
        table.new_resource_id = [this] {
            return "db-" + random_text(random, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 26);
        };
        table.created = [this](const std::string& identifier) {
            world.trace.record(
                table.identity.scope() + "rds/" + identifier, "rds.instance.created", {});
        };
        table.start = [this](const std::string& identifier,
                             const std::string& database,
                             const std::string& user,
                             const std::string& password,
                             std::uint16_t port) {
            const std::string host =
                identifier + "." + host_part + "." + table.identity.region + ".rds.amazonaws.com";
            return std::make_unique<Instance>(
                world,
                InstanceSettings{
                    identifier, host, database, user, password, port, table.identity.scope()},
                latency);
        };
        add_operations(api, table);
    }

    World& world;
    RandomStream random;
    std::string host_part;
    Duration latency = 1ms;
    InstanceTable table;
    aws::ApiService api;
};

RdsService::RdsService(World& world, aws::Identity identity)
    : impl_(std::make_unique<Impl>(world, std::move(identity))) {}

RdsService::~RdsService() = default;

aws::ApiService& RdsService::api() {
    return impl_->api;
}

void RdsService::set_statement_latency(Duration latency) {
    impl_->latency = latency;
}

StatementResult RdsService::query(std::string_view instance_identifier, std::string_view sql) {
    return find_instance(impl_->table, instance_identifier).instance->query(sql);
}

std::vector<InstanceInfo> RdsService::instances() const {
    std::vector<InstanceInfo> list;
    for (const auto& [identifier, record] : impl_->table.records) {
        const InstanceSettings& settings = record.instance->settings();
        list.push_back({identifier,
                        settings.host,
                        record.instance->bound(),
                        settings.database,
                        settings.user});
    }
    return list;
}

}  // namespace orrery::rds
