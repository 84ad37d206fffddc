/// The transactions of the last ten minutes that had a ClientRequestToken: the same one again is
/// not done twice.
#pragma once

#include "engine/time.h"

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace orrery {
struct World;
}

namespace orrery::dynamodb {

class Transactions {
public:
    enum class Known { no, same, other };

    explicit Transactions(World& world) : world_(world) {}

    /// Whether `token` was used, with this request or another one.
    Known find(std::string_view token, std::string_view request);
    void remember(std::string token, std::string_view request);

private:
    void forget_old();

    World& world_;
    std::map<std::string, std::string, std::less<>> requests_;  // digests by token
    std::deque<std::pair<Instant, std::string>> ends_;
};

}  // namespace orrery::dynamodb
