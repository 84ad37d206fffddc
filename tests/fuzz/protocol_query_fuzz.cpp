// awsQuery: a form; what can be parsed has the model's types and becomes an answer in XML.
// iterations: 60000
#include "engine/ensure.h"
#include "services/aws/protocol.h"
#include "services/aws/validate.h"
#include "services/aws/xml.h"
#include "services/aws/xml_result.h"

#include <nlohmann/json.hpp>

#include <cstdint>

using namespace orrery;
using namespace orrery::aws;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    for (const char* service : {"sqs", "rds"}) {
        Exchange exchange;
        exchange.model = find_model(service);
        const HttpRequest request{"POST",
                                  "/000000000000/Queue",
                                  {{"Content-Type", "application/x-www-form-urlencoded"}},
                                  text};
        try {
            const Json parameters = query_protocol().parse(request, exchange);
            ENSURE(exchange.operation != nullptr && parameters.is_object());
            if (exchange.operation->input != nullptr) {
                ENSURE(!find_mistake(parameters, *exchange.operation));
                XmlWriter xml;
                write_xml_members(xml, parameters, *exchange.operation->input);
            }
            validate(parameters, *exchange.model, *exchange.operation);
        } catch (const ApiError& error) {
            const HttpResponse response = query_protocol().render_error(exchange, error);
            ENSURE(response.status >= 400 && response.body.ends_with("</ErrorResponse>"));
        }
    }
    return 0;
}
