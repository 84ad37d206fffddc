/// The operations of all services by AWS's names: parameters in as JSON, answers out as JSON or an
/// ApiError.
#pragma once

#include "engine/json.h"
#include "engine/pipe.h"
#include "services/aws/error.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace orrery::aws {

class Model;
class PlainValue;

/// What an operation answers.
class ApiResult {
public:
    /// Events that come after the rest of an answer, each an object with one member, which names
    /// it.
    struct Events {
        std::string member;  // of the answer, which they are
        std::shared_ptr<Pipe<Json>> pipe;
    };

    explicit ApiResult(Json value);
    /// Who calls from inside gets the events as a list, in their member, after the last of them.
    ApiResult(Json value, Events events);
    explicit ApiResult(ApiError error);
    ~ApiResult();
    ApiResult(ApiResult&&) noexcept;
    ApiResult& operator=(ApiResult&&) noexcept;

    bool ok() const { return !error_; }
    const Json& value() const;      // only if ok
    const ApiError& error() const;  // only if not
    const Events* events() const { return events_ ? &*events_ : nullptr; }

private:
    std::unique_ptr<Json> value_;
    std::optional<Events> events_;
    std::unique_ptr<ApiError> error_;
};

/// Called exactly once with an operation's answer, at once or at a later instant of virtual time.
using Reply = std::function<void(ApiResult)>;

/// Who calls an operation, as far as its answer depends on that.
struct Caller {
    /// Where clients reach Orrery, "http://localhost:4566": what URLs in answers begin with. Empty:
    /// AWS's own host names.
    std::string endpoint;
    /// Becomes true when nobody waits for the answer any more; null if that cannot happen.
    std::shared_ptr<const bool> gone;
    /// Whose signature the request carries; empty for a call from inside.
    std::string access_key = {};
    /// The request's id on the wire, which Lambda makes the invocation's; empty likewise.
    std::string request_id = {};
    /// The header X-Amzn-Trace-Id, which SDKs inside of functions send; empty if there was none.
    std::string trace_header = {};
};

struct Call {
    const Json& parameters;
    const Caller& caller;
};

/// One service's operation table: an operation is a function and one row.
///
/// Whatever way an operation is called, its parameters have been checked against the service's
/// model before it sees them.
class ApiService {
public:
    /// An operation that answers at once. A mistake of the caller's is thrown as ApiError.
    using Operation = std::function<Json(const Json& parameters)>;
    /// The same, for an answer that depends on the caller.
    using CallerOperation = std::function<Json(const Call& call)>;
    /// An operation that may answer later. It may throw ApiError until it first returns; after
    /// that, errors go in the reply. The call lives only until then.
    using WaitingOperation = std::function<void(const Call& call, Reply reply)>;
    /// A quick way beside an operation that answers at once, for those that are called with many
    /// values: from the parameters as a request's JSON text has them to the answer's text, with no
    /// Json between. It answers and throws what the operation would, or nothing and has done nothing
    /// where it leaves that to the operation.
    using QuickOperation =
        std::function<std::optional<std::string>(const PlainValue& parameters)>;

    /// `name` is the CLI's name of the service: "sqs". The binary carries its model by that name; a
    /// service without a model cannot be reached over HTTP.
    explicit ApiService(std::string name) : name_(std::move(name)) {}

    const std::string& name() const { return name_; }
    /// Null if there is none. Read when first asked for.
    const Model* model() const;
    void add(std::string operation, Operation function);
    void add_for_caller(std::string operation, CallerOperation function);
    void add_waiting(std::string operation, WaitingOperation function);
    void add_quick(std::string operation, QuickOperation function);
    /// Null if there is no such operation.
    const WaitingOperation* find(std::string_view operation) const;
    /// Null if the operation has no quick way.
    const QuickOperation* find_quick(std::string_view operation) const;
    /// AWS's operation names, in alphabetical order.
    std::vector<std::string_view> operation_names() const;

private:
    std::string name_;
    mutable std::optional<const Model*> model_;
    std::map<std::string, WaitingOperation, std::less<>> operations_;
    std::map<std::string, QuickOperation, std::less<>> quick_;
};

/// All services. Dispatch catches ApiError and hands it to the reply.
class Api {
public:
    /// `service` must outlive the Api.
    void add(ApiService& service);
    const ApiService* find(std::string_view service) const;
    std::vector<std::string_view> service_names() const;

    /// Calls an operation. An unknown service or operation is answered with
    /// UnknownOperationException, naming it.
    void call(std::string_view service,
              std::string_view operation,
              const Json& parameters,
              Reply reply,
              const Caller& caller = {}) const;
    /// Calls an operation that answers at once and returns its answer; throws its ApiError.
    /// Provisioning uses this.
    Json call_now(std::string_view service,
                  std::string_view operation,
                  const Json& parameters) const;

private:
    std::map<std::string, ApiService*, std::less<>> services_;
};

}  // namespace orrery::aws
