/// The operation tables of DynamoDB's control plane and of its streams, in groups. Private to this
/// folder.
#pragma once

#include "engine/json.h"
#include "services/aws/api.h"
#include "services/aws/parameters.h"
#include "services/dynamodb/control_plane.h"

#include <optional>
#include <string>
#include <string_view>

namespace orrery::dynamodb {

/// What an operation has: its parameters, and all that is there.
struct Request {
    ControlPlane& control;
    aws::Parameters& parameters;
    const aws::Caller& caller;
};

class Rows {
public:
    /// Both must outlive the rows.
    Rows(aws::ApiService& api, ControlPlane& control) : api_(api), control_(control) {}
    void add(const std::string& operation, Json (*function)(Request& request)) const;

private:
    aws::ApiService& api_;
    ControlPlane& control_;
};

void add_table_operations(const Rows& rows);
void add_update_table_operation(const Rows& rows);
void add_time_to_live_operations(const Rows& rows);
void add_tag_operations(const Rows& rows);
void add_account_operations(const Rows& rows);
void add_backup_operations(const Rows& rows);
void add_restore_operations(const Rows& rows);
void add_policy_operations(const Rows& rows);
void add_insight_operations(const Rows& rows);
/// Global tables, exports, imports and Kinesis: listed as none, and otherwise refused.
void add_unsupported_operations(const Rows& rows);
void add_stream_operations(const Rows& rows);

/// The table that TableName says.
ManagedTable& existing_table(Request& request);
/// "ValidationException: … is not supported by Orrery", naming the operation or parameter.
aws::ApiError not_supported(std::string_view what);
/// Throws it if the parameter is there.
void refuse(aws::Parameters& parameters, std::string_view name);

/// StreamSpecification: nothing if there is none, else the view, or none where it disables.
struct StreamRequest {
    std::optional<StreamView> view;
};
/// `view_of_none` is what is wrong where it disables and has a view.
std::optional<StreamRequest> read_stream_specification(aws::Parameters& parameters,
                                                       const char* view_of_none);
/// SSESpecification: the key, made up unless it is named; nothing where AWS's own key is used.
std::optional<Encryption> read_encryption(ControlPlane& control, const Json& specification);
/// Tags of {Key, Value}; `tags` is what there is already.
void add_tags(const Json& list, std::map<std::string, std::string>& tags);
/// Throws unless it is a JSON object of a size that AWS takes.
void check_policy(const std::string& policy);
/// The name of another revision of a policy.
std::string policy_revision(ControlPlane& control);

}  // namespace orrery::dynamodb
