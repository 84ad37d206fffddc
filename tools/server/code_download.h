/// GET /_orrery/lambda/ACCOUNT/REGION/code/SUM.zip: what Code.Location of GetFunction leads to.
#pragma once

#include "engine/net/http.h"

#include <string_view>

namespace orrery {
class Clouds;
}

namespace orrery::server {

inline constexpr std::string_view code_path = "/_orrery/lambda/";

/// The archive of a deployment package or layer, or 404.
HttpResponse code_archive(const Clouds& clouds, std::string_view path);

}  // namespace orrery::server
