// What a function finds around it: variables, /tmp, layers, its code.
#include "handlers/runtime/file_view.h"
#include "tests/handlers/runtime/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::test;

using Kind = lambda::Outcome::Kind;

namespace {

constexpr const char* variables_code = R"(
import os
def handler(event, context):
    return dict(os.environ)
)";

ProcessRuntimeOptions without_own_files() {
    ProcessRuntimeOptions options;
    options.own_files = OwnFiles::never;
    return options;
}

/// Tests of what only a view can give say so where there is none.
bool views_are_possible() {
    if (why_no_file_views().empty()) {
        return true;
    }
    WARN("SKIPPED: " << why_no_file_views());
    return false;
}

}  // namespace

TEST_CASE("environment: a Python function finds Lambda's variables, and no other") {
    if (!views_are_possible()) {
        return;
    }
    World world;
    RunningFunction function(variables_code, world);
    function.function.variables = {{"TABLE", "orders"}, {"LANG", "C"}};
    REQUIRE(function.start().kind == Kind::success);
    // [LS test_lambda_init_environment, test_introspection_invoke]
    CHECK(
        Json::parse(function.invoke("{}")->payload) ==
        Json{{"AWS_LAMBDA_FUNCTION_NAME", "F"},
             {"AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"},
             {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"},
             {"AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/F"},
             {"AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef"},
             {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
             {"AWS_LAMBDA_RUNTIME_API", "169.254.100.1:9001"},
             {"AWS_REGION", "us-east-1"},
             {"AWS_DEFAULT_REGION", "us-east-1"},
             {"AWS_ACCESS_KEY_ID", "ASIAORRERY0000000000"},
             {"AWS_SECRET_ACCESS_KEY", "orrery"},
             {"AWS_SESSION_TOKEN", "orrery"},
             {"AWS_EXECUTION_ENV", "AWS_Lambda_python3.11"},
             {"_HANDLER", "index.handler"},
             {"LAMBDA_TASK_ROOT", "/var/task"},
             {"LAMBDA_RUNTIME_DIR", "/var/runtime"},
             {"TZ", ":UTC"},
             {"LANG", "C"},
             {"PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"},
             {"LD_LIBRARY_PATH",
              "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:"
              "/var/task/lib:/opt/lib"},
             {"_X_AMZN_TRACE_ID", "Root=1-5e1b4151-5ac6c58f5b5dbb7e01234567;Sampled=0"},
             {"AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1:2000"},
             {"_AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1"},
             {"_AWS_XRAY_DAEMON_PORT", "2000"},
             {"AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"},
             {"PWD", "/var/task"},
             {"SHLVL", "0"},
             {"PYTHONPATH", "/var/runtime"},
             {"LC_CTYPE", "C.UTF-8"},
             {"TABLE", "orders"}});
}

TEST_CASE("environment: a function cannot change the variables that Lambda reserves") {
    World world;
    RunningFunction function(variables_code, world);
    function.function.variables = {{"AWS_REGION", "nowhere"}, {"_HANDLER", "other.handler"}};
    REQUIRE(function.start().kind == Kind::success);
    CHECK(Json::parse(function.invoke("{}")->payload)["AWS_REGION"] == "us-east-1");
}

TEST_CASE("environment: the code lies in /var/task, which cannot be written to") {
    if (!views_are_possible()) {
        return;
    }
    World world;
    RunningFunction function(R"(
import os
def handler(event, context):
    try:
        open('/var/task/new', 'w')
    except OSError as error:
        return [__file__, os.getcwd(), sorted(os.listdir('.')), error.strerror]
)",
                             world);
    REQUIRE(function.start().kind == Kind::success);
    CHECK(Json::parse(function.invoke("{}")->payload) ==
          Json{"/var/task/index.py", "/var/task", {"index.py"}, "Read-only file system"});
}

TEST_CASE("environment: each environment has an empty /tmp of its own, which survives a restart") {
    if (!views_are_possible()) {
        return;
    }
    World world;
    RunningFunction function(R"(
import os, tempfile
def handler(event, context):
    before = sorted(os.listdir('/tmp'))
    open('/tmp/' + event, 'w').close()
    return [before, tempfile.gettempdir()]
)",
                             world);
    function.start();
    CHECK(function.invoke("\"a\"")->payload == R"([[], "/tmp"])");
    const auto first = std::move(function.environment);
    function.start();  // of the same log stream: the runtime was started again
    CHECK(function.invoke("\"b\"")->payload == R"([["a"], "/tmp"])");
    RunningFunction other(R"(
import os
def handler(event, context):
    return os.listdir('/tmp')
)",
                          world);
    std::optional<lambda::Outcome> ready;
    other.environment = function.runtime.start(
        other.function,
        1,
        "2026/01/01/[$LATEST]another",
        [](const std::string&) {},
        [&](lambda::Outcome outcome) { ready = std::move(outcome); });
    world.loop.run_until_idle(world.loop.now() + 1h);
    REQUIRE(ready);
    CHECK(other.invoke("{}")->payload == "[]");
}

TEST_CASE("environment: a /tmp is removed with the last process of its environment") {
    World world;
    RunningFunction function(R"(
import os, tempfile
def handler(event, context):
    return tempfile.gettempdir()
)",
                             world,
                             without_own_files());
    function.start();
    const std::string folder = Json::parse(function.invoke("{}")->payload);
    CHECK(std::filesystem::is_empty(folder));
    function.environment.reset();
    CHECK_FALSE(std::filesystem::exists(folder));
}

TEST_CASE(
    "environment: layers are unpacked in order under /opt, where Python finds their modules") {
    for (const OwnFiles own_files : {OwnFiles::where_possible, OwnFiles::never}) {
        World world;
        ProcessRuntimeOptions options;
        options.own_files = own_files;
        RunningFunction function(R"(
import os, subprocess, shared, nested
def handler(event, context):
    return [shared.name, nested.name, subprocess.check_output(['tool']).decode().strip()]
)",
                                 world,
                                 options);
        TemporaryFolder first;
        TemporaryFolder second;
        first.write("python/shared.py", "name = 'first'\n");
        second.write("python/shared.py", "name = 'second'\n");
        first.write("python/lib/python3.11/site-packages/nested.py", "name = 'nested'\n");
        first.write("bin/tool", "#!/bin/sh\necho tool of the layer\n");
        std::filesystem::permissions(first.path() / "bin/tool", std::filesystem::perms(0755));
        function.function.layers = {first.path(), second.path()};
        const auto started = function.start();
        INFO(started.payload);
        REQUIRE(started.kind == Kind::success);
        CHECK(function.invoke("{}")->payload == R"(["second", "nested", "tool of the layer"])");
    }
}

TEST_CASE("environment: a layer that is not there is named") {
    World world;
    RunningFunction function("def handler(event, context): pass\n", world);
    function.function.layers = {"/nowhere/layer"};
    CHECK_THROWS_WITH(function.start(), Catch::Contains("/nowhere/layer"));
}

TEST_CASE("environment: without a view of its own a function gets real paths") {
    World world;
    RunningFunction function(variables_code, world, without_own_files());
    REQUIRE(function.start().kind == Kind::success);
    const Json variables = Json::parse(function.invoke("{}")->payload);
    CHECK(variables["LAMBDA_TASK_ROOT"] == function.folder.path().string());
    CHECK_FALSE(variables.contains("ORRERY_OPT"));
    CHECK(variables.contains("TMPDIR"));
}

TEST_CASE("environment: a wrapper script starts the runtime") {
    World world;
    RunningFunction function(R"(
import os, sys
def handler(event, context):
    return [os.environ['WRAPPED'], sys.flags.optimize]
)",
                             world);
    TemporaryFolder layer;
    layer.write("wrapper",
                "#!/bin/sh\nexport WRAPPED=yes\nfirst=$1\nshift\nexec $first -O \"$@\"\n");
    std::filesystem::permissions(layer.path() / "wrapper", std::filesystem::perms(0755));
    function.function.layers = {layer.path()};
    function.function.variables = {{"AWS_LAMBDA_EXEC_WRAPPER", "/opt/wrapper"}};
    const auto started = function.start();
    INFO(started.payload);
    REQUIRE(started.kind == Kind::success);
    CHECK(function.invoke("{}")->payload == R"(["yes", 1])");
}

TEST_CASE("environment: a wrapper script that is missing ends the runtime with status 127") {
    World world;
    RunningFunction function("def handler(event, context): pass\n", world);
    function.function.variables = {{"AWS_LAMBDA_EXEC_WRAPPER", "/opt/nothing"}};
    const auto started = function.start();
    CHECK(started.kind == Kind::exited);
    // [LS TestLambdaErrors: wrapper not found]
    CHECK(Json::parse(started.payload) ==
          Json{{"errorType", "Runtime.ExitError"},
               {"errorMessage", "Error: Runtime exited with error: exit status 127"}});
}

TEST_CASE("environment: a Python context tells what the caller sent") {
    World world;
    RunningFunction function(R"(
def handler(event, context):
    client = context.client_context
    return [client and [client.custom, client.env, client.client.app_title],
            context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id,
            context.tenant_id, context.memory_limit_in_mb]
)",
                             world);
    function.start();
    CHECK(function.invoke("{}")->payload == R"([null, null, null, null, "128"])");
    function.invocation.client_context =
        R"({"custom":{"a":1},"env":{"b":"c"},"client":{"app_title":"shop"}})";
    function.invocation.cognito_identity =
        R"({"cognitoIdentityId":"id-1","cognitoIdentityPoolId":"pool-1"})";
    function.invocation.tenant_id = "tenant-1";
    CHECK(function.invoke("{}")->payload ==
          R"([[{"a": 1}, {"b": "c"}, "shop"], "id-1", "pool-1", "tenant-1", "128"])");
}
