#include "handlers/runtime/java_command.h"

#include "engine/error.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace orrery {

namespace {

namespace fs = std::filesystem;

constexpr const char* client_class = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
constexpr const char* client_file =
    "com/amazonaws/services/lambda/runtime/api/client/AWSLambda.class";

/// A zip file names what it holds in plain text, in its directory.
bool names(const fs::path& jar, const std::string& entry) {
    std::ifstream file(jar, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return text.find(entry) != std::string::npos;
}

bool has_client(const fs::path& folder) {
    std::error_code ignored;
    if (fs::is_regular_file(folder / client_file, ignored)) {
        return true;
    }
    const fs::directory_iterator entries(folder, ignored);
    return std::any_of(begin(entries), end(entries), [](const fs::directory_entry& entry) {
        return entry.path().extension() == ".jar" && names(entry.path(), client_file);
    });
}

}  // namespace

std::vector<std::string> java_command(const fs::path& program,
                                      const lambda::FunctionConfiguration& function,
                                      const EnvironmentPlaces& places,
                                      const fs::path& trust_store) {
    if (!has_client(places.real_task) && !has_client(places.real_task / "lib") &&
        !has_client(places.real_opt / "java/lib")) {
        throw UsageError("function " + function.name + ": " + client_class + " is neither in " +
                         places.real_task.string() +
                         " nor in a jar there, in lib/ or in a layer's java/lib/: add the "
                         "dependency com.amazonaws:aws-lambda-java-runtime-interface-client");
    }
    // What Lambda leaves to the heap. [recorded: 445,644 KB of 512 MB]
    constexpr std::int64_t heap_percent = 85;
    constexpr std::int64_t kilobytes = 1024;
    const std::int64_t heap = function.memory_megabytes * kilobytes * heap_percent / 100;
    std::vector<std::string> command{program.string(),
                                     "-Xmx" + std::to_string(heap) + "k",
                                     "-XX:MaxMetaspaceSize=256m",
                                     // One collector thread and one compiler thread: fewer turns,
                                     // and no choice between them that depends on the machine.
                                     "-XX:+UseSerialGC",
                                     "-XX:TieredStopAtLevel=1",
                                     "-XX:CICompilerCount=1",
                                     "-Xshare:auto",
                                     "-XX:-UsePerfData"};
    if (!trust_store.empty()) {
        command.push_back("-Djavax.net.ssl.trustStore=" + trust_store.string());
        command.emplace_back("-Djavax.net.ssl.trustStoreType=JKS");
    }
    command.insert(command.end(),
                   {"-cp",
                    places.task + ":" + places.task + "/*:" + places.task + "/lib/*:" + places.opt +
                        "/java/lib/*",
                    client_class,
                    function.handler});
    return command;
}

}  // namespace orrery
