/// Bodies of restJson1: JSON with the wire's names and forms of timestamps, to and from canonical
/// JSON.
#pragma once

#include "engine/json.h"
#include "services/aws/model.h"

#include <string>

namespace orrery::aws {

/// Takes over what the shape knows; `value` is used up. Throws SerializationException for values
/// nested too deeply.
Json read_rest_json(Json& value, const Shape& shape);

/// The members of the shape that are not bound elsewhere, in the model's order.
void append_rest_json(std::string& out, const Json& value, const Shape& shape);

}  // namespace orrery::aws
