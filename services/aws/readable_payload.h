/// Payloads as people write and read them, not as base64: a blob that is the whole body of an HTTP
/// request or answer, such as Lambda's events and results, and the data of Kinesis records.
#pragma once

#include "engine/json.h"
#include "services/aws/model.h"

namespace orrery::aws {

/// Makes canonical parameters of what a person wrote: text stands for its bytes, any other value
/// for its JSON. A null stays.
void encode_payload(Json& parameters, const Shape& input);

/// The inverse, for answers: JSON where the bytes are that, else text, else still base64.
void decode_payload(Json& result, const Shape& output);

}  // namespace orrery::aws
