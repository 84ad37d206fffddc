/// The transactions of the last ten minutes that had a ClientRequestToken: the same one again is
/// not done twice, in the next process that has this state neither.
#pragma once

#include "engine/time.h"
#include "services/dynamodb/control_store.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery {
struct World;
}

namespace orrery::dynamodb {

class Transactions {
public:
    struct Known {
        std::string digest;
        std::vector<std::uint64_t>
            sizes;  // in bytes, of the items: what each action was charged for
        Instant end;

        bool is_of(std::string_view request) const;
    };

    /// With those that the world's store knows.
    Transactions(World& world, const aws::Identity& identity);

    /// Null if the token is not known, or not any more.
    const Known* find(std::string_view token);
    void remember(const std::string& token,
                  std::string_view request,
                  std::vector<std::uint64_t> sizes);

private:
    void forget_old();

    World& world_;
    ControlStore store_;
    std::map<std::string, Known, std::less<>> by_token_;
    std::set<std::pair<Instant, std::string>> ends_;
};

}  // namespace orrery::dynamodb
