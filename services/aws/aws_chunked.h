/// The aws-chunked content coding, in which SDKs send streams: sizes, signatures and checksums
/// between the pieces of a body.
#pragma once

#include "engine/net/http.h"

#include <string>
#include <string_view>

namespace orrery::aws {

bool is_aws_chunked(const HttpRequest& request);

/// The body that `text` carries; signatures and trailing checksums are not looked at. Throws
/// ApiError IncompleteBody.
std::string decode_aws_chunked(std::string_view text);

}  // namespace orrery::aws
