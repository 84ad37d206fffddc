#include "services/cloudformation/deploy_order.h"

#include <algorithm>

namespace orrery::cloudformation {

namespace {

/// `waiting` things all need another waiting one, so following them must come round.
std::vector<std::size_t> find_cycle(const std::vector<std::set<std::size_t>>& needs,
                                    const std::set<std::size_t>& waiting) {
    std::vector<std::size_t> path;
    std::size_t at = *waiting.begin();
    while (std::find(path.begin(), path.end(), at) == path.end()) {
        path.push_back(at);
        at = *std::find_if(needs[at].begin(), needs[at].end(), [&](std::size_t need) {
            return waiting.count(need);
        });
    }
    path.erase(path.begin(), std::find(path.begin(), path.end(), at));
    return path;
}

}  // namespace

DeployOrder deploy_order(const std::vector<std::set<std::size_t>>& needs) {
    DeployOrder result;
    std::set<std::size_t> waiting;
    for (std::size_t i = 0; i < needs.size(); ++i) {
        waiting.insert(i);
    }
    while (!waiting.empty()) {
        const auto ready = std::find_if(waiting.begin(), waiting.end(), [&](std::size_t i) {
            return std::none_of(needs[i].begin(), needs[i].end(), [&](std::size_t need) {
                return waiting.count(need);
            });
        });
        if (ready == waiting.end()) {
            result.cycle = find_cycle(needs, waiting);
            return result;
        }
        result.order.push_back(*ready);
        waiting.erase(ready);
    }
    return result;
}

}  // namespace orrery::cloudformation
