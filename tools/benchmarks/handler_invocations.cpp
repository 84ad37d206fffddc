#include "tools/benchmarks/benchmark.h"
#include "tools/benchmarks/handler_world.h"

namespace orrery::benchmarks {

namespace {

constexpr std::uint64_t invocations = 5000;

constexpr Source in_python{
    "python3.12", "echo.py", "def handler(event, context):\n    return event\n"};
constexpr Source in_node{"nodejs20.x", "echo.js", "exports.handler = async (event) => event;\n"};

double measure(const Source& source) {
    HandlerWorld world(source);
    world.create("Echo");
    world.invoke("Echo");
    world.finish();
    const double seconds = seconds_of([&] {
        world.invoke_in_turn("Echo", invocations);
        world.finish();
    });
    return static_cast<double>(invocations) / seconds;
}

}  // namespace

Benchmark python_invocations() {
    return {"warm Python invocation through the Runtime API, shim on",
            "invocations/s",
            Better::higher,
            15'000,
            "two process switches and four socket calls each",
            [] { return measure(in_python); }};
}

Benchmark node_invocations() {
    return {"warm Node invocation through the Runtime API, shim on",
            "invocations/s",
            Better::higher,
            12'000,
            "as above, and an event loop's poll",
            [] { return measure(in_node); }};
}

}  // namespace orrery::benchmarks
