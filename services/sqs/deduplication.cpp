#include "services/sqs/deduplication.h"

namespace orrery::sqs {

std::vector<DeduplicationHistory::Key> DeduplicationHistory::forget_old(Instant now) {
    std::vector<Key> forgotten;
    while (!by_time_.empty() && by_time_.front()->second.at + interval <= now) {
        forgotten.push_back(by_time_.front()->first);
        accepted_.erase(by_time_.front());
        by_time_.pop_front();
    }
    return forgotten;
}

const DeduplicationHistory::Accepted* DeduplicationHistory::find(const Key& key,
                                                                 Scope scope) const {
    if (scope == Scope::group) {
        const auto found = accepted_.find(key);
        return found == accepted_.end() ? nullptr : &found->second;
    }
    const auto found = accepted_.lower_bound({key.id, ""});
    return found == accepted_.end() || found->first.id != key.id ? nullptr : &found->second;
}

void DeduplicationHistory::add(Key key, const Accepted& accepted) {
    by_time_.push_back(accepted_.insert_or_assign(std::move(key), accepted).first);
}

}  // namespace orrery::sqs
