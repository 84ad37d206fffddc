/// Leads HTTP requests to function URLs, by their host name or their path, to the cloud that has
/// the function.
#pragma once

#include "engine/net/http.h"

#include <functional>
#include <vector>

namespace orrery {

class Cloud;
struct World;

/// False, and no answer, if the request is for no function URL. One that does not exist is answered
/// with status 404.
bool serve_function_url(World& world,
                        const std::vector<Cloud*>& clouds,
                        const HttpRequest& request,
                        const std::function<void(HttpResponse)>& respond);

}  // namespace orrery
