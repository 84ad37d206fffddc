/// Statistic: what is computed of a distribution: "Sum", "p99.9", "TM(2%:98%)".
#pragma once

#include "services/cloudwatch/distribution.h"

#include <optional>
#include <string>
#include <string_view>

namespace orrery::cloudwatch {

class Statistic {
public:
    /// The five that have names of their own.
    static std::optional<Statistic> parse_simple(std::string_view text);
    /// Those that need the values. [docs: Statistics-definitions]
    static std::optional<Statistic> parse_extended(std::string_view text);
    static std::optional<Statistic> parse(std::string_view text);

    const std::string& text() const { return text_; }
    bool extended() const { return kind_ >= Kind::percentile; }
    /// Nothing if the values would have to be known and are not, or none is in the range.
    std::optional<double> of(const Distribution& distribution) const;

private:
    enum class Kind {
        sample_count,
        sum,
        average,
        minimum,
        maximum,
        percentile,
        trimmed_mean,
        trimmed_count,
        trimmed_sum,
        winsorized_mean,
        percentile_rank,
    };
    /// An end of a range: a value, or a percentage of all values; or open.
    struct Bound {
        bool open = true;
        bool percent = false;
        double number = 0;
    };

    static std::optional<Bound> parse_bound(std::string_view text);
    static std::optional<Kind> range_kind(std::string_view name);
    bool parse_range(std::string_view text);
    double percentile(const Distribution& distribution, double percent) const;
    double of_range(const Distribution& distribution) const;

    std::string text_;
    Kind kind_ = Kind::sum;
    Bound low_;
    Bound high_;
};

}  // namespace orrery::cloudwatch
