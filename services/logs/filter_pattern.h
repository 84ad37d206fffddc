/// CloudWatch Logs' filter patterns: parsed once, then held against messages.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::logs {

/// By selector as TestMetricFilter shows it: "$.latency", "$bytes", "$3".
using ExtractedValues = std::map<std::string, std::string>;

class FilterPattern {
public:
    FilterPattern() = default;
    virtual ~FilterPattern() = default;
    FilterPattern(const FilterPattern&) = delete;
    FilterPattern& operator=(const FilterPattern&) = delete;

    virtual bool matches(std::string_view message) const = 0;
    /// The fields that a message has which matches.
    virtual ExtractedValues extract(std::string_view message) const = 0;
    /// Whether messages have fields in it: it is a JSON or a space-delimited pattern.
    virtual bool has_fields() const = 0;
    /// Whether "$.latency" or "$bytes" can name a field.
    virtual bool is_selector(std::string_view selector) const = 0;
    /// What a field of a message is; nothing if it is missing or no single value.
    virtual std::optional<std::string> field(std::string_view message,
                                             std::string_view selector) const = 0;
    /// How many regular expressions it has.
    virtual int regexes() const = 0;
};

/// Throws ApiError InvalidParameterException.
std::unique_ptr<const FilterPattern> parse_filter_pattern(std::string_view text);

}  // namespace orrery::logs
