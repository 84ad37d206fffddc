// awsJson: the first line is the operation, the rest the body; what can be parsed passes validation
// or is refused, and can be rendered again.
// iterations: 60000
#include "engine/ensure.h"
#include "services/aws/protocol.h"
#include "services/aws/validate.h"

#include <nlohmann/json.hpp>

#include <cstdint>

using namespace orrery;
using namespace orrery::aws;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto line = std::min(text.find('\n'), text.size());
    const std::string operation(text.substr(0, line));
    for (const char* service : {"sqs", "logs"}) {
        Exchange exchange;
        exchange.model = find_model(service);
        const HttpRequest request{
            "POST",
            "/",
            {{"X-Amz-Target", exchange.model->service().target_prefix + "." + operation},
             {"Content-Type", "application/x-amz-json-1.0"}},
            std::string(text.substr(std::min(line + 1, text.size())))};
        try {
            const Json parameters = json_protocol().parse(request, exchange);
            ENSURE(exchange.operation != nullptr && parameters.is_object());
            const HttpResponse response = json_protocol().render(exchange, parameters);
            ENSURE(response.body.empty() || Json::parse(response.body) == parameters);
            validate(parameters, *exchange.model, *exchange.operation);
            ENSURE(!find_mistake(parameters, *exchange.operation));
        } catch (const ApiError& error) {
            const HttpResponse response = json_protocol().render_error(exchange, error);
            ENSURE(response.status >= 400 && Json::parse(response.body).is_object());
        }
    }
    return 0;
}
