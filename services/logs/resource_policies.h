/// The resource policies of an account and Region: kept and answered, not enforced.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace orrery {
struct World;
}

namespace orrery::logs {

struct ResourcePolicy {
    std::string document;
    std::int64_t updated = 0;  // ms since the epoch
};

class ResourcePolicies {
public:
    /// `scope` tells accounts and Regions apart in the store of `world`, which must outlive this.
    ResourcePolicies(World& world, std::string scope);

    /// By name.
    const std::map<std::string, ResourcePolicy, std::less<>>& all() const { return policies_; }
    void put(const std::string& name, ResourcePolicy policy);
    /// Whether there was one.
    bool remove(const std::string& name);

private:
    void changed();

    World& world_;
    std::string scope_;
    std::shared_ptr<bool> changed_;  // shared with the store's saver, which may outlive this
    std::map<std::string, ResourcePolicy, std::less<>> policies_;
};

}  // namespace orrery::logs
