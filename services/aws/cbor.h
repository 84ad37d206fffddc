/// CBOR (RFC 8949) to and from canonical JSON, by the model.
#pragma once

#include "engine/json.h"
#include "services/aws/model.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::aws {

enum class CborTime { seconds, milliseconds };

/// What one item of CBOR says: byte strings as base64, timestamps (tag 1) in seconds, nothing for
/// null; members that the shape does not know are dropped. Throws SerializationException for what
/// is no CBOR, or more than one item, or nested too deeply.
Json read_cbor(std::string_view bytes, const Shape& shape, CborTime time = CborTime::seconds);

/// Lengths are definite, members in the model's order.
void append_cbor(std::string& out,
                 const Json& value,
                 const Shape& shape,
                 CborTime time = CborTime::seconds);

/// A map of texts, as errors are.
void append_cbor_texts(std::string& out,
                       const std::vector<std::pair<std::string_view, std::string_view>>& texts);

}  // namespace orrery::aws
