#include "services/cloudwatch/statistic.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace orrery::cloudwatch {

namespace {

std::optional<double> parse_number(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
        return std::nullopt;
    }
    return number;
}

}  // namespace

std::optional<Statistic> Statistic::parse_simple(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, Kind>, 5> names{
        {{"SampleCount", Kind::sample_count},
         {"Sum", Kind::sum},
         {"Average", Kind::average},
         {"Minimum", Kind::minimum},
         {"Maximum", Kind::maximum}}};
    for (const auto& [name, kind] : names) {
        if (name == text) {
            Statistic statistic;
            statistic.text_ = text;
            statistic.kind_ = kind;
            return statistic;
        }
    }
    return std::nullopt;
}

std::optional<Statistic::Kind> Statistic::range_kind(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, Kind>, 5> names{
        {{"tm", Kind::trimmed_mean},
         {"tc", Kind::trimmed_count},
         {"ts", Kind::trimmed_sum},
         {"wm", Kind::winsorized_mean},
         {"pr", Kind::percentile_rank}}};
    for (const auto& [small, kind] : names) {
        if (name.size() == 2 && (name[0] | 0x20) == small[0] && (name[1] | 0x20) == small[1]) {
            return kind;
        }
    }
    return std::nullopt;
}

std::optional<Statistic> Statistic::parse_extended(std::string_view text) {
    Statistic statistic;
    statistic.text_ = text;
    if (text == "IQM" || text == "iqm") {  // TM(25%:75%)
        statistic.kind_ = Kind::trimmed_mean;
        statistic.low_ = {false, true, 25};
        statistic.high_ = {false, true, 75};
        return statistic;
    }
    if (text.starts_with('p') && text.size() > 1 && text[1] != 'r') {
        const auto number = parse_number(text.substr(1));
        if (!number || *number < 0 || *number > 100) {
            return std::nullopt;
        }
        statistic.kind_ = Kind::percentile;
        statistic.high_ = {false, true, *number};
        return statistic;
    }
    const auto kind = text.size() > 2 ? range_kind(text.substr(0, 2)) : std::nullopt;
    if (!kind) {
        return std::nullopt;
    }
    statistic.kind_ = *kind;
    text.remove_prefix(2);
    if (text.starts_with('(') && text.ends_with(')') && text.size() > 2) {
        return statistic.parse_range(text.substr(1, text.size() - 2)) ? std::optional(statistic)
                                                                      : std::nullopt;
    }
    const auto number = parse_number(text);
    if (!number || *number < 0 || *number > 100 || *kind == Kind::percentile_rank) {
        return std::nullopt;  // "PR is always written with a range"
    }
    statistic.high_ = {false, true, *number};
    return statistic;
}

std::optional<Statistic> Statistic::parse(std::string_view text) {
    const auto simple = parse_simple(text);
    return simple ? simple : parse_extended(text);
}

std::optional<Statistic::Bound> Statistic::parse_bound(std::string_view text) {
    if (text.empty()) {
        return Bound{};
    }
    const bool percent = text.ends_with('%');
    const auto number = parse_number(text.substr(0, text.size() - (percent ? 1 : 0)));
    if (!number || (percent && (*number < 0 || *number > 100))) {
        return std::nullopt;
    }
    return Bound{false, percent, *number};
}

/// "10%:90%", "150:1000", ":200".
bool Statistic::parse_range(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
        return false;
    }
    const auto low = parse_bound(text.substr(0, colon));
    const auto high = parse_bound(text.substr(colon + 1));
    const bool mixed = low && high && !low->open && !high->open && low->percent != high->percent;
    if (!low || !high || mixed || (low->open && high->open)) {
        return false;
    }
    const bool percents = low->percent || high->percent;
    if (kind_ == Kind::percentile_rank && percents) {
        return false;
    }
    low_ = *low;
    high_ = *high;
    return true;
}

std::optional<double> Statistic::of(const Distribution& distribution) const {
    switch (kind_) {
        case Kind::sample_count: return distribution.count();
        case Kind::sum: return distribution.sum();
        case Kind::average: return distribution.average();
        case Kind::minimum: return distribution.minimum();
        case Kind::maximum: return distribution.maximum();
        default: break;
    }
    if (!distribution.knows_values()) {
        return std::nullopt;
    }
    const double result =
        kind_ == Kind::percentile ? percentile(distribution, high_.number) : of_range(distribution);
    return std::isnan(result) ? std::nullopt : std::optional(result);
}

/// The least value that at least so many percent of all values do not exceed (nearest rank).
/// [choice: AWS does not say how it interpolates]
double Statistic::percentile(const Distribution& distribution, double percent) const {
    const double rank = std::max(1.0, std::ceil(distribution.count() * percent / 100 - 1e-9));
    double passed = 0;
    for (const Distribution::Value& each : distribution.values()) {
        passed += each.count;
        if (passed >= rank - 1e-9) {
            return std::clamp(each.value, distribution.minimum(), distribution.maximum());
        }
    }
    return distribution.maximum();
}

/// A range of percentages takes a part of those values that its ends fall into; a range of values
/// leaves out its low end and has its high end. [docs: Statistics-definitions]
double Statistic::of_range(const Distribution& distribution) const {
    const bool percents = low_.percent || high_.percent;
    const double all = distribution.count();
    const double first = low_.percent ? all * low_.number / 100 : 0;
    const double last = high_.percent ? all * high_.number / 100 : all;
    double count = 0;
    double sum = 0;
    double low_count = 0;
    double passed = 0;
    double low_value = distribution.minimum();
    double high_value = distribution.maximum();
    for (const Distribution::Value& each : distribution.values()) {
        double taken = 0;
        if (percents) {
            taken = std::max(0.0, std::min(passed + each.count, last) - std::max(passed, first));
        } else if ((low_.open || each.value > low_.number) &&
                   (high_.open || each.value <= high_.number)) {
            taken = each.count;
        }
        if (taken > 0) {
            low_value = count == 0 ? each.value : low_value;
            high_value = each.value;
        } else if (count == 0) {
            low_count += each.count;
        }
        count += taken;
        sum += taken * each.value;
        passed += each.count;
    }
    switch (kind_) {
        case Kind::trimmed_count: return count;
        case Kind::trimmed_sum: return sum;
        case Kind::percentile_rank: return 100 * count / all;
        case Kind::winsorized_mean: {
            // What is outside counts as the boundary that it lies beyond.
            const double below = percents ? first : low_count;
            const double above = percents ? all - last : all - low_count - count;
            const double low = percents || low_.open ? low_value : low_.number;
            const double high = percents || high_.open ? high_value : high_.number;
            return (sum + below * low + above * high) / all;
        }
        default: return count > 0 ? sum / count : std::nan("");
    }
}

}  // namespace orrery::cloudwatch
