#include "services/lambda/function_metrics.h"

#include "tests/services/metric_sums.h"

#include <catch2/catch.hpp>

namespace orrery::lambda {

TEST_CASE("lambda metrics: an invocation counts for its function, resource, version and all") {
    orrery::test::SumsByDimensions recorder;
    FunctionMetrics metrics;
    const Instant now{std::chrono::hours(1)};
    const std::string arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
    metrics.ended(now, InvokedAs::by(arn, "$LATEST"), 5ms, false, false);  // nobody takes it
    metrics.set_writer(recorder);
    metrics.ended(now, InvokedAs::by(arn, "$LATEST"), 5ms, true, false);
    metrics.ended(now, InvokedAs::by(arn + ":live", "3"), 7ms, false, false);
    metrics.throttled(now, InvokedAs::by(arn, "$LATEST"));
    metrics.began(now, InvokedAs::by(arn, "$LATEST"), {2, 5, 4});
    metrics.destination_delivery_failure(now, InvokedAs::by(arn + ":live", ""));
    CHECK(recorder.of("Invocations") == 2);
    CHECK(recorder.of("Invocations FunctionName=f") == 2);
    CHECK(recorder.of("Invocations FunctionName=f Resource=f") == 1);
    CHECK(recorder.of("Invocations FunctionName=f Resource=f:live") == 1);
    CHECK(recorder.of("Invocations FunctionName=f Resource=f:live ExecutedVersion=3") == 1);
    CHECK(recorder.of("Invocations FunctionName=f Resource=f ExecutedVersion=$LATEST") == -1);
    CHECK(recorder.of("Errors FunctionName=f") == 1);
    CHECK(recorder.of("Duration FunctionName=f") == 12);
    CHECK(recorder.of("Throttles FunctionName=f") == 1);
    CHECK(recorder.of("ConcurrentExecutions FunctionName=f") == 2);
    CHECK(recorder.of("ConcurrentExecutions") == 5);
    CHECK(recorder.of("UnreservedConcurrentExecutions") == 4);
    CHECK(recorder.of("UnreservedConcurrentExecutions FunctionName=f") == -1);
    // No version ran.
    CHECK(recorder.of("DestinationDeliveryFailures FunctionName=f Resource=f:live") == 1);
    CHECK(recorder.of(
              "DestinationDeliveryFailures FunctionName=f Resource=f:live ExecutedVersion=") == -1);
}

}  // namespace orrery::lambda
