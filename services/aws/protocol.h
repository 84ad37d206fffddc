/// What every wire protocol does: an HTTP request becomes an operation with canonical JSON, an
/// answer or error becomes an HTTP response.
#pragma once

#include "engine/json.h"
#include "engine/net/http.h"
#include "services/aws/error.h"
#include "services/aws/model.h"

#include <string>
#include <string_view>
#include <vector>

namespace orrery::aws {

/// One request on its way. It outlives the HttpRequest, as an answer may come much later.
struct Exchange {
    const Model* model = nullptr;
    const Operation* operation = nullptr;  // null until a protocol has recognized it
    std::string request_id;
    std::string method;  // of HTTP: an answer to HEAD has no body
    std::string path;    // decoded, for protocols whose operations are addressed by it
};

/// A protocol has no state: one object serves all requests.
///
/// Canonical JSON has the model's member names, blobs as base64 text, timestamps as numbers (epoch
/// seconds), numbers and booleans typed, and no member for what is absent.
class Protocol {
public:
    virtual ~Protocol() = default;
    Protocol(const Protocol&) = delete;
    Protocol& operator=(const Protocol&) = delete;

    /// botocore's name: "json", "query", "ec2", "rest-json", "rest-xml", "smithy-rpc-v2-cbor".
    virtual std::string_view name() const = 0;
    /// Whether a request to a service that speaks this protocol is in it.
    virtual bool recognizes(const HttpRequest& request) const = 0;
    /// Sets exchange.operation as soon as it is known and returns the operation's canonical
    /// parameters, without members that the model does not know. Throws ApiError for what AWS
    /// refuses.
    virtual Json parse(const HttpRequest& request, Exchange& exchange) const = 0;
    virtual HttpResponse render(const Exchange& exchange, const Json& result) const = 0;
    virtual HttpResponse render_error(const Exchange& exchange, const ApiError& error) const = 0;

protected:
    Protocol() = default;
};

const Protocol& json_protocol();
const Protocol& query_protocol();
const Protocol& ec2_protocol();

/// All protocols, in the order in which a request is held against them. Each protocol has its row
/// in protocols.cpp.
const std::vector<const Protocol*>& protocols();

/// How an error of the operation looks: the model's, or a sender's error with status 400, or what
/// the ApiError itself says.
struct WireError {
    std::string shape;  // the name for __type and x-amzn-ErrorType
    std::string code;   // the name in XML and in x-amzn-query-error
    int status = 400;
    bool sender_fault = true;
    const ErrorTraits* traits = nullptr;  // null: not in the model
};
WireError wire_error(const Model& model, const ApiError& error);

}  // namespace orrery::aws
