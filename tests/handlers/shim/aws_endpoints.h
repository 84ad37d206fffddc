/// A stand-in for the gateway: an HTTPS server that AWS's host names lead to.
#pragma once

#include "engine/net/http_server.h"
#include "engine/net/tls.h"
#include "engine/world.h"
#include "handlers/runtime/process_runtime.h"
#include "tests/temporary_folder.h"

#include <string>
#include <vector>

namespace orrery::test {

/// Answers every request with status 200 and `answer`, and remembers "https://HOST METHOD TARGET".
class AwsEndpoints {
public:
    explicit AwsEndpoints(World& world, std::string answer)
        : authority_(world.random.stream("tls")),
          server_(world.loop,
                  {"127.0.0.1", 0},
                  [this, answer = std::move(answer)](
                      HttpRequest&& request, const std::shared_ptr<HttpExchange>& exchange) {
                      const std::string* host = request.header("Host");
                      asked.push_back((request.secure ? "https://" : "http://") +
                                      (host == nullptr ? "" : *host) + " " + request.method + " " +
                                      request.target);
                      exchange->respond({200, {{"Content-Type", "text/xml"}}, answer});
                  }) {
        server_.accept_tls(authority_);
        folder_.write("trust.pem", authority_.certificate());
    }

    ProcessRuntimeOptions options() {
        ProcessRuntimeOptions options;
        options.routes = [this] {
            return std::vector<HandlerRoute>{
                {"customers.c1.us-east-1.rds.amazonaws.com", "10.0.0.1", 3306, server_.endpoint()},
                {".rds.amazonaws.com", "10.0.255.1", 0, server_.endpoint()},
                {".amazonaws.com", "10.0.255.1", 443, server_.endpoint()},
                {".api.aws", "10.0.255.1", 443, server_.endpoint()},
                {"", "10.0.255.1", 80, server_.endpoint()}};
        };
        const std::string file = (folder_.path() / "trust.pem").string();
        for (const char* name : {"AWS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"}) {
            options.variables.push_back(std::string(name) + "=" + file);
        }
        options.own_files = OwnFiles::never;  // the file lies in this machine's /tmp
        return options;
    }

    std::vector<std::string> asked;

private:
    TemporaryFolder folder_;
    TlsAuthority authority_;
    HttpServer server_;
};

}  // namespace orrery::test
