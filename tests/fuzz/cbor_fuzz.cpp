// Bodies of rpc-v2-cbor: what can be parsed and is valid becomes CBOR again that reads the same.
// iterations: 60000
#include "engine/ensure.h"
#include "services/aws/cbor.h"
#include "services/aws/protocol.h"
#include "services/aws/protocol_cbor.h"
#include "services/aws/validate.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <fstream>
#include <iterator>

using namespace orrery;
using namespace orrery::aws;

namespace {

const Model& model() {
    static const Model cloudwatch = [] {
        std::ifstream file(ORRERY_SOURCE_DIR "/tests/services/aws/files/cloudwatch.model.json");
        return Model("cloudwatch", std::string(std::istreambuf_iterator<char>(file), {}));
    }();
    return cloudwatch;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string body(reinterpret_cast<const char*>(data), size);
    for (const char* operation : {"PutMetricData", "GetMetricStatistics"}) {
        Exchange exchange;
        exchange.model = &model();
        const HttpRequest request{
            "POST",
            std::string("/service/GraniteServiceVersion20100801/operation/") + operation,
            {},
            body};
        try {
            const Json parameters = rpc_v2_cbor_protocol().parse(request, exchange);
            ENSURE(Json::parse(parameters.dump()) == parameters);  // all of it is UTF-8
            validate(parameters, model(), *exchange.operation);
            std::string again;
            append_cbor(again, parameters, *exchange.operation->input);
            ENSURE(read_cbor(again, *exchange.operation->input) == parameters);
        } catch (const ApiError& error) {
            const HttpResponse response = rpc_v2_cbor_protocol().render_error(exchange, error);
            ENSURE(response.status >= 400 && !response.body.empty());
        }
    }
    return 0;
}
