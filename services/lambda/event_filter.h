/// EventFilter: FilterCriteria of an event source mapping, which records reach the function.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

/// Where a record has what its sender wrote.
enum class FilteredSource : std::uint8_t { sqs, kinesis, dynamodb };

class EventFilter {
public:
    /// Admits everything.
    EventFilter() = default;
    /// Throws ApiError with AWS's text for a pattern that is none. [docs:
    /// invocation-eventfiltering]
    EventFilter(std::vector<std::string> patterns, FilteredSource source);

    bool empty() const { return patterns_.empty(); }
    const std::vector<std::string>& patterns() const { return patterns_; }

    /// Whether a record of a Lambda event, as JSON text, is to reach the function.
    bool admits(std::string_view record) const;

private:
    struct Compiled;
    std::vector<std::string> patterns_;
    std::shared_ptr<const Compiled> compiled_;
};

}  // namespace orrery::lambda
