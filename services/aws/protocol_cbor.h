/// The two protocols that speak CBOR: Smithy's RPC v2, and the awsJson of Kinesis with CBOR for
/// JSON, as Java's SDKs send it.
#pragma once

namespace orrery::aws {

class Protocol;

const Protocol& rpc_v2_cbor_protocol();
/// Recognizes what json_protocol() would take for its own, so it must be asked before.
const Protocol& json_cbor_protocol();

}  // namespace orrery::aws
