#include "services/lambda/function_metrics.h"

#include <catch2/catch.hpp>

#include <map>
#include <memory>

namespace orrery::lambda {

namespace {

/// What was recorded, by "Name Dimension=value …".
class Recorder final : public aws::MetricWriter {
public:
    aws::Metric& metric(const aws::MetricName& name) override {
        std::string key = name.name;
        for (const aws::MetricDimension& each : name.dimensions) {
            key += " " + each.name + "=" + each.value;
        }
        auto& kept = metrics_[key];
        if (kept == nullptr) {
            kept = std::make_unique<Kept>();
        }
        return *kept;
    }
    void add_sampler(aws::MetricSampler& /*sampler*/) override {}
    double sum(const std::string& key) const {
        const auto found = metrics_.find(key);
        return found == metrics_.end() ? -1 : found->second->sum();
    }

private:
    class Kept final : public aws::Metric {
    public:
        double sum() const {
            return sum_ + (count_ > 0 ? value_ * static_cast<double>(count_) : 0);
        }

    private:
        void begin(Instant at, double value) override {
            sum_ = sum();
            minute_ = at;
            value_ = value;
            count_ = 1;
        }
        double sum_ = 0;
    };
    std::map<std::string, std::unique_ptr<Kept>> metrics_;
};

}  // namespace

TEST_CASE("lambda metrics: an invocation counts for its function, resource, version and all") {
    Recorder recorder;
    FunctionMetrics metrics;
    const Instant now{std::chrono::hours(1)};
    const std::string arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
    metrics.ended(now, InvokedAs::by(arn, "$LATEST"), 5ms, false, false);  // nobody takes it
    metrics.set_writer(recorder);
    metrics.ended(now, InvokedAs::by(arn, "$LATEST"), 5ms, true, false);
    metrics.ended(now, InvokedAs::by(arn + ":live", "3"), 7ms, false, false);
    metrics.throttled(now, InvokedAs::by(arn, "$LATEST"));
    metrics.began(now, InvokedAs::by(arn, "$LATEST"), {2, 5, 4});
    CHECK(recorder.sum("Invocations") == 2);
    CHECK(recorder.sum("Invocations FunctionName=f") == 2);
    CHECK(recorder.sum("Invocations FunctionName=f Resource=f") == 1);
    CHECK(recorder.sum("Invocations FunctionName=f Resource=f:live") == 1);
    CHECK(recorder.sum("Invocations FunctionName=f Resource=f:live ExecutedVersion=3") == 1);
    CHECK(recorder.sum("Invocations FunctionName=f Resource=f ExecutedVersion=$LATEST") == -1);
    CHECK(recorder.sum("Errors FunctionName=f") == 1);
    CHECK(recorder.sum("Duration FunctionName=f") == 12);
    CHECK(recorder.sum("Throttles FunctionName=f") == 1);
    CHECK(recorder.sum("ConcurrentExecutions FunctionName=f") == 2);
    CHECK(recorder.sum("ConcurrentExecutions") == 5);
    CHECK(recorder.sum("UnreservedConcurrentExecutions") == 4);
    CHECK(recorder.sum("UnreservedConcurrentExecutions FunctionName=f") == -1);
}

}  // namespace orrery::lambda
