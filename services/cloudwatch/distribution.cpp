#include "services/cloudwatch/distribution.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

namespace orrery::cloudwatch {

namespace {

/// More different values than this are rounded.
constexpr std::size_t most_exact_values = 512;

/// Eight bits of mantissa: neighbours are at most 0.8 percent apart, and there are no more than 256
/// for each power of two. Done on the bits, so that it is the same on every machine.
double rounded_value(double value) {
    constexpr std::uint64_t dropped = 44;
    const auto bits = std::bit_cast<std::uint64_t>(value);
    return std::bit_cast<double>((bits + (1ULL << (dropped - 1))) >> dropped << dropped);
}

}  // namespace

void Distribution::add(double value, double count) {
    if (count <= 0) {
        return;
    }
    minimum_ = count_ == 0 ? value : std::min(minimum_, value);
    maximum_ = count_ == 0 ? value : std::max(maximum_, value);
    count_ += count;
    sum_ += value * count;
    count_in(value, count);
}

void Distribution::add_set(double count, double sum, double minimum, double maximum) {
    Distribution set;
    set.count_ = count;
    set.sum_ = sum;
    set.minimum_ = minimum;
    set.maximum_ = maximum;
    set.known_ = count == 1 || minimum == maximum;
    if (set.known_) {
        set.values_.push_back({minimum, count});
    }
    add(set);
}

void Distribution::add(const Distribution& other) {
    if (other.count_ == 0) {
        return;
    }
    minimum_ = count_ == 0 ? other.minimum_ : std::min(minimum_, other.minimum_);
    maximum_ = count_ == 0 ? other.maximum_ : std::max(maximum_, other.maximum_);
    count_ += other.count_;
    sum_ += other.sum_;
    known_ = known_ && other.known_;
    for (const Value& each : other.values_) {
        count_in(each.value, each.count);
    }
}

Distribution Distribution::restored(double count,
                                    double sum,
                                    double minimum,
                                    double maximum,
                                    std::vector<Value> values,
                                    bool known,
                                    bool rounded) {
    Distribution read;
    read.count_ = count;
    read.sum_ = sum;
    read.minimum_ = minimum;
    read.maximum_ = maximum;
    read.values_ = std::move(values);
    read.known_ = known;
    read.rounded_ = rounded;
    return read;
}

void Distribution::count_in(double value, double count) {
    const double kept = rounded_ ? rounded_value(value) : value;
    const auto place = std::lower_bound(
        values_.begin(), values_.end(), kept, [](const Value& each, double wanted) {
            return each.value < wanted;
        });
    if (place != values_.end() && place->value == kept) {
        place->count += count;
        return;
    }
    values_.insert(place, {kept, count});
    if (!rounded_ && values_.size() > most_exact_values) {
        round_values();
    }
}

void Distribution::round_values() {
    rounded_ = true;
    for (const Value& each : std::exchange(values_, {})) {
        count_in(each.value, each.count);
    }
}

}  // namespace orrery::cloudwatch
