/// What tests of wire protocols share: models from files, requests in short, answers as text.
#pragma once

#include "services/aws/protocol.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <string>

namespace orrery::aws::test {

/// A model cut down to a few operations: files/NAME.model.json.
inline const Model& file_model(const std::string& name) {
    static std::map<std::string, std::unique_ptr<const Model>> models;
    auto& model = models[name];
    if (!model) {
        std::ifstream file(ORRERY_SOURCE_DIR "/tests/services/aws/files/" + name + ".model.json");
        model = std::make_unique<const Model>(
            name, std::string(std::istreambuf_iterator<char>(file), {}));
    }
    return *model;
}

inline Exchange exchange_of(const Model& model, const std::string& method = "POST") {
    Exchange exchange;
    exchange.model = &model;
    exchange.request_id = "req-1";
    exchange.method = method;
    exchange.path = "/path";
    return exchange;
}

/// "Operation {parameters}", or "code (status): message".
inline std::string parsed(const Protocol& protocol,
                          const Model& model,
                          const HttpRequest& request) {
    Exchange exchange = exchange_of(model, request.method);
    try {
        const Json parameters = protocol.parse(request, exchange);
        return exchange.operation->name + " " + parameters.dump();
    } catch (const ApiError& error) {
        return error.code() + " (" + std::to_string(error.http_status()) + "): " + error.message();
    }
}

/// The status, then a line for each header, an empty line and the body.
inline std::string text_of(const HttpResponse& response) {
    std::string text = std::to_string(response.status) + "\n";
    for (const HttpHeader& header : response.headers) {
        text += header.name + ": " + header.value + "\n";
    }
    return text + "\n" + response.body;
}

inline std::string rendered(const Protocol& protocol,
                            const Model& model,
                            const std::string& operation,
                            const Json& result,
                            const std::string& method = "POST") {
    Exchange exchange = exchange_of(model, method);
    exchange.operation = model.find_operation(operation);
    return text_of(protocol.render(exchange, result));
}

inline std::string rendered_error(const Protocol& protocol,
                                  const Model& model,
                                  const ApiError& error,
                                  const std::string& method = "POST") {
    return text_of(protocol.render_error(exchange_of(model, method), error));
}

}  // namespace orrery::aws::test
