#include "services/dynamodb/capacity.h"

#include "services/dynamodb/table.h"

#include <algorithm>

namespace orrery::dynamodb {

namespace {

constexpr std::int64_t nano = 1'000'000'000;
// [docs: burst-adaptive-capacity]
constexpr Duration provisioned_burst = 300s;
// [choice] Nothing is said of a burst above the maximum that is set on demand.
constexpr Duration on_demand_burst = 1s;

// More can be asked for than any account has; a full bucket still is a number of 64 bits.
constexpr std::int64_t highest_rate = 20'000'000;

HalfUnits blocks(std::size_t bytes, std::size_t block) {
    return static_cast<HalfUnits>(std::max<std::size_t>(1, (bytes + block - 1) / block));
}

}  // namespace

HalfUnits write_units(std::size_t bytes) {
    return 2 * blocks(bytes, 1024);
}

HalfUnits read_units(std::size_t bytes, Consistency consistency) {
    return (consistency == Consistency::strong ? 2 : 1) * blocks(bytes, 4096);
}

TokenBucket::TokenBucket(std::int64_t units_per_second, Duration burst, Instant now)
    : rate_(std::min(units_per_second, highest_rate)),
      burst_(burst),
      level_(most()),
      filled_at_(now) {}

std::int64_t TokenBucket::most() const {
    return rate_ * burst_.count();
}

std::int64_t TokenBucket::filled(Instant now) {
    // Beyond the time that fills it from empty, and a debt of as much, nothing changes.
    const std::int64_t missing = most() - level_;
    const std::int64_t passed = (now - filled_at_).count();
    level_ = rate_ > 0 && passed < missing / rate_ + 1 ? std::min(most(), level_ + passed * rate_)
             : rate_ > 0                               ? most()
                                                       : level_;
    filled_at_ = now;
    return level_;
}

void TokenBucket::take(HalfUnits units, Instant now) {
    level_ = filled(now) - units * (nano / 2);
}

void TokenBucket::change_rate(std::int64_t units_per_second, Instant now) {
    const std::int64_t level = filled(now);
    rate_ = std::min(units_per_second, highest_rate);
    level_ = std::min(level, most());
}

CapacityMeter::CapacityMeter(const TableDefinition& definition, Instant now)
    : billing_(definition.billing) {
    update(definition, now);
}

void CapacityMeter::set(std::optional<TokenBucket>& bucket,
                        std::int64_t rate,
                        BillingMode billing,
                        bool was_same_mode,
                        Instant now) {
    if (billing == BillingMode::pay_per_request && rate <= 0) {
        bucket.reset();
    } else if (bucket && was_same_mode) {
        bucket->change_rate(rate, now);
    } else {
        bucket.emplace(
            rate, billing == BillingMode::provisioned ? provisioned_burst : on_demand_burst, now);
    }
}

void CapacityMeter::update(const TableDefinition& definition, Instant now) {
    const bool same_mode = billing_ == definition.billing;
    billing_ = definition.billing;
    const auto set_both = [&](Buckets& buckets, const Throughput& throughput) {
        set(buckets.read, throughput.read, billing_, same_mode, now);
        set(buckets.write, throughput.write, billing_, same_mode, now);
    };
    set_both(buckets_[""], definition.throughput);
    std::erase_if(buckets_, [&](const auto& entry) {
        return !entry.first.empty() &&
               std::none_of(definition.indexes.begin(),
                            definition.indexes.end(),
                            [&](const auto& index) { return index.name == entry.first; });
    });
    for (const IndexDefinition& index : definition.indexes) {
        if (index.kind == IndexKind::global) {
            set_both(buckets_[index.name], index.throughput);
        }
    }
}

TokenBucket* CapacityMeter::find(Access access, std::string_view index) {
    const auto found = buckets_.find(index);
    if (found == buckets_.end()) {
        return nullptr;
    }
    auto& bucket = access == Access::read ? found->second.read : found->second.write;
    return bucket ? &*bucket : nullptr;
}

bool CapacityMeter::admits(Access access, std::string_view index, Instant now) {
    TokenBucket* bucket = find(access, index);
    return bucket == nullptr || bucket->admits(now);
}

void CapacityMeter::take(Access access, std::string_view index, HalfUnits units, Instant now) {
    if (TokenBucket* bucket = find(access, index)) {
        bucket->take(units, now);
    }
}

}  // namespace orrery::dynamodb
