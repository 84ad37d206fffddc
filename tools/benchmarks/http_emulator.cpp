#include "tools/benchmarks/http_emulator.h"

#include "tools/cli/resources.h"
#include "tools/server/server.h"

#include <chrono>
#include <utility>

namespace orrery::benchmarks {

void serve_emulator(const ServerProcess::TellPort& tell_port) {
    server::ServerOptions options;
    options.where = {"127.0.0.1", 0};
    options.emulator.resources = cli::resource_directory();
    options.emulator.start = default_start;
    server::Server server(std::move(options));
    tell_port(server.endpoint().port);
    server.run([] { return std::chrono::steady_clock::now().time_since_epoch().count(); });
}

std::string AwsTarget::request(std::string_view operation, std::string_view body) const {
    std::string text =
        "POST / HTTP/1.1\r\nHost: localhost:4566\r\nContent-Type: application/x-amz-json-";
    text.append(version).append(
        "\r\nX-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 ");
    text.append("Credential=test/20260101/us-east-1/").append(service).append("/aws4_request, ");
    text.append("SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=")
        .append(64, '0');
    text.append("\r\nX-Amz-Target: ").append(prefix).append(1, '.').append(operation);
    text.append("\r\nContent-Length: ").append(std::to_string(body.size()));
    return text.append("\r\n\r\n").append(body);
}

}  // namespace orrery::benchmarks
