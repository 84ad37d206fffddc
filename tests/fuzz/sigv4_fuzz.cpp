// Signatures and routing: the lines are method, target, headers; after an empty line the body.
// Every request is answered exactly once, whatever it says of itself.
// iterations: 20000
#include "engine/ensure.h"
#include "engine/world.h"
#include "services/aws/api.h"
#include "services/aws/gateway.h"

#include <nlohmann/json.hpp>

#include <cstdint>

using namespace orrery;
using namespace orrery::aws;

namespace {

std::string_view take_line(std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

HttpRequest request_of(std::string_view text) {
    HttpRequest request;
    request.method = take_line(text);
    request.target = take_line(text);
    for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
        const auto colon = std::min(line.find(':'), line.size());
        request.headers.push_back({std::string(line.substr(0, colon)),
                                   std::string(line.substr(std::min(colon + 1, line.size())))});
    }
    request.body = text;
    return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    static ApiService sqs("sqs");
    static Api api;
    if (sqs.operation_names().empty()) {
        sqs.add("ListQueues", [](const Json&) { return Json::object(); });
        api.add(sqs);
    }
    const HttpRequest request = request_of({reinterpret_cast<const char*>(data), size});
    for (const bool verify : {false, true}) {
        GatewayOptions options;
        options.verify_signatures = verify;
        Gateway gateway(
            world, [](const Identity&) -> Api& { return api; }, options);
        ENSURE(gateway.body_limit(request) > 0);
        int answers = 0;
        gateway.handle(request, nullptr, [&answers](const HttpResponse& response) {
            ++answers;
            ENSURE(response.status >= 200 && response.status < 600);
        });
        ENSURE(answers == 1);
    }
    return 0;
}
