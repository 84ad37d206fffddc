/// What the operations on functions and layers share: where they find things, and a call with all
/// that it may use.
#pragma once

#include "engine/json.h"
#include "engine/random.h"
#include "engine/world.h"
#include "services/aws/api.h"
#include "services/aws/parameters.h"
#include "services/lambda/code_store.h"
#include "services/lambda/functions.h"
#include "services/lambda/layers.h"
#include "services/lambda/operations.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

/// Everything but invocation: made once for a service.
struct ControlPlane {
    explicit ControlPlane(Functions& of);
    ~ControlPlane();
    ControlPlane(const ControlPlane&) = delete;
    ControlPlane& operator=(const ControlPlane&) = delete;

    Functions& functions;
    Layers layers;
    CodeStore code;
    EventSourceMappings* mappings = nullptr;  // there once operations are, as the next
    const AsyncInvocations* events = nullptr;
    RandomStream random;               // its own, so that it does not shift the ids of invocations
    std::function<void()> on_changed;  // something has, that a state directory keeps

    EventId provisioning;  // of what a state directory has provisioned

    Instant now() const;
    const aws::Identity& identity() const { return functions.identity(); }
    /// Whether a change takes its time: calls from inside, as of a template's deployment, wait for
    /// it in no time. [choice]
    static bool at_once(const aws::Caller& caller) { return caller.request_id.empty(); }
};

/// What a name with a qualifier leads to.
struct Found {
    Function& function;
    FunctionVersion& version;  // an alias's first
    std::string qualifier;     // as given; empty: none
};

/// One call of an operation.
struct Request {
    ControlPlane& control;
    aws::Parameters parameters;
    const aws::Caller& caller;

    Functions& functions() const { return control.functions; }
    Instant now() const { return control.now(); }
    /// FunctionName, with the qualifier from it or from Qualifier.
    FunctionReference reference();
    /// What they lead to. Throws AWS's errors.
    Found found();
    /// The function; a qualifier in its name is not minded.
    Function& function();
    std::string arn(const Function& function, const std::string& qualifier = "") const;
    /// RevisionId, or nothing.
    std::string revision();
};

/// Throws AWS's errors where there is nothing.
Found find_function(Functions& functions, const FunctionReference& reference);

/// Throws an error that says what `arn` cannot be, unless events can be sent on to it.
void check_can_send_to(const ControlPlane& control, const std::string& arn);
/// Throws AWS's error unless `given` is empty or the one that is there.
void check_revision(const std::string& given, const std::string& present);
/// Throws AWS's error while a function is being made or changed.
void check_settled(const FunctionVersion& version, Instant now);

/// Throws AWS's ValidationException for what cannot be an alias: digits alone, or "$LATEST".
/// `member` and `pattern` are what its text names.
void check_alias_name(const std::string& name, std::string_view member, std::string_view pattern);

/// Throws AWS's error if `version` is provisioned for itself or for an alias, other than for
/// `qualifier`.
void check_not_provisioned_twice(const Function& function,
                                 const std::string& qualifier,
                                 const std::string& version);

/// A part of a list, as Marker and MaxItems ask for it; sets NextMarker.
class Page {
public:
    /// Reads both. `list` is the answer's member for the items.
    Page(Request& request, std::string list, std::size_t most = 50);
    /// `items` are sorted by what they are found again by.
    Json answer(std::vector<std::pair<std::string, Json>> items) const;

private:
    std::string list_;
    std::string after_;
    std::size_t size_;
};

/// Adds rows to the service's operations.
class Rows {
public:
    using Operation = Json (*)(Request& request);

    Rows(aws::ApiService& api, ControlPlane& control) : api_(api), control_(control) {}
    void add(std::string name, Operation operation) const;

private:
    aws::ApiService& api_;
    ControlPlane& control_;
};

/// $LATEST has changed: a new revision, and a state that says so for a while.
void begin_update(Request& request, Function& function);
/// The next version, or the last one if nothing has changed since. Nothing: $LATEST's description.
FunctionVersion& publish_version(Request& request,
                                 Function& function,
                                 const std::optional<std::string>& description);
/// Where the archive with this sum can be fetched.
std::string code_location(const ControlPlane& control,
                          const aws::Caller& caller,
                          const std::string& sha256);

/// Digits that sort as numbers do.
std::string sortable(std::uint64_t number);
/// As FunctionConfiguration and others write instants: "2026-01-01T00:00:00.000+0000".
std::string timestamp(Instant instant);

void add_account_operations(const Rows& rows);
void add_alias_operations(const Rows& rows);
void add_code_operations(const Rows& rows);
void add_concurrency_operations(const Rows& rows);
void add_event_invoke_operations(const Rows& rows);
void add_function_operations(const Rows& rows);
void add_layer_operations(const Rows& rows);
void add_mapping_operations(const Rows& rows);
void add_permission_operations(const Rows& rows);
void add_runtime_operations(const Rows& rows);
void add_tag_operations(const Rows& rows);
void add_url_operations(const Rows& rows);
void add_version_operations(const Rows& rows);

}  // namespace orrery::lambda
