/// What the operations of CloudWatch Logs share: a call with all that it may use, how groups and
/// streams are found, errors, pages of lists.
#pragma once

#include "engine/json.h"
#include "engine/time.h"
#include "services/aws/identity.h"
#include "services/aws/parameters.h"
#include "services/logs/group_registry.h"
#include "services/logs/resource_policies.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::aws {
class ApiService;
}

namespace orrery::logs {

class LogsService;

struct Request {
    GroupRegistry& groups;
    ResourcePolicies& policies;
    const aws::Identity& identity;
    Instant now;
    aws::Parameters parameters;

    /// The group that logGroupName names, or ResourceNotFoundException.
    LogGroup& group();
    /// The same where logGroupIdentifier, a name or an ARN, may stand instead.
    LogGroup& group_by_identifier();
    /// The group of such a name or ARN.
    LogGroup& group_of(std::string_view name_or_arn) const;
    /// The group of an ARN, which may end in ":*".
    LogGroup& tagged_group();
    /// The group's stream that logStreamName names, or ResourceNotFoundException.
    LogStream& stream(LogGroup& group);
    /// The parameter, or `usual`.
    std::size_t limit(std::size_t usual);
};

using Operation = Json (*)(Request& request);

/// Adds operations to the service's table.
class Rows {
public:
    Rows(aws::ApiService& api, LogsService& service) : api_(api), service_(service) {}

    void add(std::string name, Operation operation) const;

private:
    aws::ApiService& api_;
    LogsService& service_;
};

// The operations, by group. `service` must outlive `api`'s rows.
void add_group_operations(aws::ApiService& api, LogsService& service);
void add_group_list_operations(aws::ApiService& api, LogsService& service);
void add_stream_operations(aws::ApiService& api, LogsService& service);
void add_put_operations(aws::ApiService& api, LogsService& service);
void add_read_operations(aws::ApiService& api, LogsService& service);
void add_tag_operations(aws::ApiService& api, LogsService& service);
void add_metric_filter_operations(aws::ApiService& api, LogsService& service);
void add_subscription_filter_operations(aws::ApiService& api, LogsService& service);
void add_policy_operations(aws::ApiService& api, LogsService& service);
void add_field_operations(aws::ApiService& api, LogsService& service);

[[noreturn]] void invalid(const std::string& message);
[[noreturn]] void no_such(const std::string& what);
[[noreturn]] void limit_exceeded();
/// Whether one more filter with a regular expression is one too many for the group. What is called
/// `replaced` does not count.
void check_regex_filters(const LogGroup& group,
                         const FilterPattern& pattern,
                         std::string_view replaced);

/// "arn:aws:logs:…:log-group:NAME".
std::string group_arn(const aws::Identity& identity, const LogGroup& group);

/// An item of a list with what it is sorted by and found again by.
struct Item {
    std::string key;
    Json value;
};
/// An answer with the items of one page in the list of that name, and a nextToken if there is more.
/// They must be in order, which is the other way round if `descending`.
Json page(Request& request,
          std::vector<Item> items,
          const char* list,
          std::size_t usual_limit,
          bool descending = false);

}  // namespace orrery::logs
