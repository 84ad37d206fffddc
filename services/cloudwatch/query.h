/// MetricQueries: the MetricDataQueries of GetMetricData and of alarms: checked, and evaluated in
/// any order that their references ask for.
#pragma once

#include "engine/json.h"
#include "services/aws/identity.h"
#include "services/cloudwatch/expression.h"
#include "services/cloudwatch/metric_store.h"

#include <optional>
#include <string>
#include <vector>

namespace orrery::cloudwatch {

struct MetricQuery {
    std::string id;
    bool returned = true;
    std::string label;
    std::int64_t period = 60;
    // Either of these.
    MetricKey key;
    std::optional<Statistic> statistic;
    std::optional<std::string> unit;
    std::optional<Expression> expression;
};

class MetricQueries {
public:
    /// Throws AWS's errors for what is wrong with `list`, which is the model's MetricDataQueries.
    static MetricQueries read(const Json& list, const aws::Identity& identity);

    const std::vector<MetricQuery>& all() const { return queries_; }
    /// The result of each query, in their order, for times in [start, end).
    std::vector<MathValue> evaluate(MetricStore& store,
                                    Instant start,
                                    Instant end,
                                    Instant now) const;

private:
    void settle_periods();
    std::int64_t period_of(std::size_t index, std::vector<int>& state);
    std::size_t index_of(const std::string& id) const;

    std::vector<MetricQuery> queries_;
};

}  // namespace orrery::cloudwatch
