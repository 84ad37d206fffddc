/// The gzip content coding, in which SDKs send large requests of operations that allow it (such as
/// CloudWatch's PutMetricData).
#pragma once

#include "engine/net/http.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace orrery::aws {

bool is_gzipped(const HttpRequest& request);

/// What was compressed [RFC 1952]. Throws ApiError SerializationException for what is no gzip, or
/// comes to more than `limit` bytes.
std::string decode_gzip(std::string_view bytes, std::size_t limit);

}  // namespace orrery::aws
