/// Distribution: the values that one metric had in one period, in bounded space.
#pragma once

#include <cstddef>
#include <vector>

namespace orrery::cloudwatch {

/// Count, sum, least and greatest are exact. The values themselves are kept exactly as long as they
/// are few different ones, else to about 0.4 percent.
class Distribution {
public:
    struct Value {
        double value = 0;
        double count = 0;
    };

    void add(double value, double count);
    /// A statistic set: nothing is known of the values in it, unless they can only be equal.
    void add_set(double count, double sum, double minimum, double maximum);
    void add(const Distribution& other);

    double count() const { return count_; }
    double sum() const { return sum_; }
    double average() const { return sum_ / count_; }
    double minimum() const { return minimum_; }
    double maximum() const { return maximum_; }
    /// Whether values() are all that was added. [docs: cloudwatch_concepts, Percentiles: there are
    /// none of statistic sets]
    bool knows_values() const { return known_; }
    /// In ascending order.
    const std::vector<Value>& values() const { return values_; }

    /// What save() has written.
    static Distribution restored(double count,
                                 double sum,
                                 double minimum,
                                 double maximum,
                                 std::vector<Value> values,
                                 bool known,
                                 bool rounded);
    bool rounded() const { return rounded_; }

private:
    void count_in(double value, double count);
    void round_values();

    double count_ = 0;
    double sum_ = 0;
    double minimum_ = 0;
    double maximum_ = 0;
    std::vector<Value> values_;
    bool known_ = true;
    bool rounded_ = false;
};

}  // namespace orrery::cloudwatch
