#include "tests/scenarios/support.h"

#include "scenarios/language/trace_kinds.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace orrery::test {

std::string Ran::failure() const {
    std::string explanation;
    for (const Verdict& verdict : result.verdicts) {
        if (!verdict.passed) {
            REQUIRE(explanation.empty());
            explanation = verdict.explanation;
        }
    }
    return explanation;
}

bool Ran::has_event(const std::string& beginning) const {
    return std::any_of(events.begin(), events.end(), [&](const std::string& event) {
        return event.starts_with(beginning);
    });
}

Ran run(const std::string& text, RunOptions options) {
    const TemporaryFolder folder;
    folder.write("s.yaml", text);
    const Scenario scenario = Scenario::load(folder.path() / "s.yaml");
    ScenarioRun scenario_run(scenario, std::move(options));
    Ran ran;
    ran.result = scenario_run.run();
    const World& world = scenario_run.world();
    for (std::uint64_t index = 0; index < world.trace.kept(); ++index) {
        const TraceEvent event = world.trace[index];
        const std::string time = "+" + format_duration(event.at - world.loop.start()) + " ";
        if (event.kind == "scenario.step") {
            const Json data = event.json();
            ran.steps.push_back(time + data.value("call", data.value("sql", "")));
        }
        const auto& kinds = trace_kinds();
        CHECK(std::find(kinds.begin(), kinds.end(), event.kind) != kinds.end());
        ran.events.push_back(time + std::string(event.source) + " " + std::string(event.kind) +
                             " " + std::string(event.data));
    }
    return ran;
}

std::string usage_error(const std::string& text) {
    try {
        run(text);
    } catch (const UsageError& error) {
        const std::string message = error.what();
        const auto name = message.find("s.yaml");
        return name == std::string::npos ? message : message.substr(name);
    }
    return "";
}

const std::string& shop() {
    static const std::string text = R"(
resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: orders
      VisibilityTimeout: 30
      RedrivePolicy: {deadLetterTargetArn: !GetAtt OrdersDLQ.Arn, maxReceiveCount: 2}
  OrdersDLQ: {Type: AWS::SQS::Queue, Properties: {QueueName: orders-dlq}}
  Inbox: {Type: AWS::SQS::Queue, Properties: {QueueName: inbox}}
  Register:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: register
      Timeout: 5
      Events: {Orders: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn, BatchSize: 10}}}
  Greet:
    Type: AWS::Serverless::Function
    Properties: {FunctionName: greet, Timeout: 5}
)";
    return text;
}

}  // namespace orrery::test
