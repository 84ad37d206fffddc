/// The labels of results, with CloudWatch's dynamic parts: "${PROP('Dim.QueueName')} ${MAX}".
#pragma once

#include "engine/json.h"
#include "services/aws/identity.h"
#include "services/cloudwatch/query.h"

#include <string>

namespace orrery::cloudwatch {

struct LabelStyle {
    int timezone_minutes = 0;  // east of UTC
};
/// Of the LabelOptions.
LabelStyle read_label_style(const Json& options);

/// Throws ValidationError for a dynamic part that Orrery does not have.
std::string make_label(const MetricQuery& query,
                       const TimeSeries& series,
                       const aws::Identity& identity,
                       const LabelStyle& style);

}  // namespace orrery::cloudwatch
