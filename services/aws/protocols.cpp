#include "services/aws/protocol.h"
#include "services/aws/protocol_cbor.h"
#include "services/aws/protocol_rest_json.h"
#include "services/aws/protocol_rest_xml.h"

namespace orrery::aws {

const std::vector<const Protocol*>& protocols() {
    static const std::vector<const Protocol*> all{
        &rpc_v2_cbor_protocol(),
        &json_cbor_protocol(),
        &json_protocol(),
        &query_protocol(),
        &ec2_protocol(),
        &rest_json_protocol(),
        &rest_xml_protocol(),
    };
    return all;
}

WireError wire_error(const Model& model, const ApiError& error) {
    WireError wire{error.code(), error.code(), error.http_status(), true, nullptr};
    if (const Shape* shape = model.find_error(error.code())) {
        wire.shape = shape->name;
        wire.traits = &*shape->error;
        wire.code = shape->error->code;
        // An operation that names a status of its own knows better.
        wire.status = error.http_status() == 400 ? shape->error->status : error.http_status();
    }
    wire.sender_fault = wire.status < 500;
    return wire;
}

}  // namespace orrery::aws
