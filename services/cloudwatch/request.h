/// What the operations of CloudWatch share: a call with all that it may use, AWS's checks of
/// metrics' names, times and periods, its errors and its pages.
#pragma once

#include "engine/json.h"
#include "engine/time.h"
#include "services/aws/api.h"
#include "services/aws/identity.h"
#include "services/aws/parameters.h"
#include "services/cloudwatch/metric_store.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::cloudwatch {

class Alarms;

struct Request {
    MetricStore& metrics;
    Alarms& alarms;
    const aws::Identity& identity;
    Instant now;
    aws::Parameters parameters;
};

using Operation = Json (*)(Request& request);

/// Makes a row's function of an operation, which gets a Request then.
using Bind = std::function<aws::ApiService::Operation(const char* name, Operation operation)>;

/// Adds operations to the service's table.
class Rows {
public:
    Rows(aws::ApiService& api, const Bind& bind) : api_(api), bind_(bind) {}

    void add(const char* name, Operation operation) const {
        api_.add(name, bind_(name, operation));
    }

private:
    aws::ApiService& api_;
    const Bind& bind_;
};

// The operations, by group.
void add_put_operations(aws::ApiService& api, const Bind& bind);
void add_read_operations(aws::ApiService& api, const Bind& bind);
void add_alarm_operations(aws::ApiService& api, const Bind& bind);
void add_alarm_state_operations(aws::ApiService& api, const Bind& bind);

[[noreturn]] void invalid_value(const std::string& message);        // InvalidParameterValue
[[noreturn]] void invalid_combination(const std::string& message);  // InvalidParameterCombination
[[noreturn]] void missing(const std::string& parameter);            // MissingParameter
[[noreturn]] void validation_error(const std::string& message);

// Values as they come among the parameters. `path` ("MetricData.member.1.") is what errors put
// before a member's name.

/// A text of 1 to `longest` characters.
std::string checked_text(const std::string& text, std::size_t longest, const std::string& path);
std::string required_text(const Json& object,
                          const char* member,
                          std::size_t longest,
                          const std::string& path);
std::vector<aws::MetricDimension> read_dimensions(const Json* list, const std::string& path);
/// One of CloudWatch's units.
std::string read_unit(const Json& text, const std::string& path);
std::optional<std::string> optional_unit(const Json& object, const std::string& path);
Instant read_instant(const Json& seconds, const std::string& path);
Instant required_instant(aws::Parameters& parameters, const char* member);
/// The metric of a MetricStat or an alarm.
MetricKey read_metric_key(const Json& object, const std::string& path);
/// An AWS/… metric's dimension list as answers have it.
Json dimensions_json(const std::vector<aws::MetricDimension>& dimensions);
Json metric_json(const MetricKey& key);

/// Adds a TagList's tags; throws if they become too many.
void add_tags(const Json& list, std::map<std::string, std::string>& tags);

/// A period is 1, 5, 10, 20, 30 or a multiple of 60. [docs: MetricStat]
bool is_period(std::int64_t seconds);
/// [start, end) as AWS rounds it: by how long ago it begins, and for short periods by the period.
/// [docs: GetMetricStatistics]
ReadRange rounded_range(Instant start, Instant end, std::int64_t period, Instant now);

/// Epoch seconds, with a fraction where there is one.
Json timestamp(Instant instant);

/// Where a page begins that a token of ours asks for; throws InvalidNextToken for another's.
std::size_t token_position(const std::optional<std::string>& token);
std::string page_token(std::size_t position);

/// Cuts `items` to the page that starts at NextToken; sets the answer's NextToken if there is more.
template <typename Item>
std::vector<Item> take_page(std::vector<Item> items,
                            const std::optional<std::string>& token,
                            std::size_t most,
                            Json& answer);
void set_next_token(Json& answer, std::size_t position);

template <typename Item>
std::vector<Item> take_page(std::vector<Item> items,
                            const std::optional<std::string>& token,
                            std::size_t most,
                            Json& answer) {
    const std::size_t from = std::min(token_position(token), items.size());
    const std::size_t to = std::min(items.size(), from + most);
    if (to < items.size()) {
        set_next_token(answer, to);
    }
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(to), items.end());
    items.erase(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(from));
    return items;
}

}  // namespace orrery::cloudwatch
