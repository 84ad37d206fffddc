#include "services/function_urls.h"

#include "services/aws/committed.h"
#include "services/lambda/function_url_front.h"
#include "services/lambda/lambda.h"
#include "services/services.h"

#include <utility>

namespace orrery {

bool serve_function_url(World& world,
                        const std::vector<Cloud*>& clouds,
                        const HttpRequest& request,
                        const std::function<void(HttpResponse)>& respond) {
    const auto address = lambda::find_url_address(request);
    if (!address) {
        return false;
    }
    // What the function did is on disk before its caller hears of it.
    const auto respond_safely = [&world, respond](HttpResponse response) {
        aws::respond_when_committed(world, std::move(response), respond);
    };
    for (Cloud* cloud : clouds) {
        if (cloud->lambda().serve_url(*address, respond_safely)) {
            return true;
        }
    }
    respond({404,
             {{"Content-Type", "application/json"}},
             R"({"Message":"There is no function URL with this id."})"});
    return true;
}

}  // namespace orrery
