/// Blobs as people write and read them, not as base64: their text, or the JSON that it is.
#pragma once

#include "engine/json.h"
#include "services/aws/model.h"

namespace orrery::aws {

/// Makes canonical parameters of what a person wrote: text stands for its bytes, any other value
/// for its JSON. Nulls stay.
void encode_blobs(Json& value, const Shape& shape);

/// The inverse, for answers: JSON where the bytes are that, else text, else still base64.
void decode_blobs(Json& value, const Shape& shape);

}  // namespace orrery::aws
