// `call`: an operation's answer, asked for when the expectation is checked.

#include "scenarios/language/answer.h"
#include "scenarios/language/call.h"
#include "scenarios/language/matching.h"
#include "scenarios/language/names.h"
#include "scenarios/language/node_reader.h"
#include "scenarios/language/stage.h"
#include "services/aws/api.h"

#include <nlohmann/json.hpp>

namespace orrery {

namespace {

class CallExpectation : public Expectation {
public:
    explicit CallExpectation(const DocumentNode& node)
        : Expectation(node, expectation_title(node, "call")), call_(parse_call(node)) {}

    void check_names(const Names& names) const override {
        names.require_operation(call_.operation, call_.where);
        names.require_references(node_);
        names.require_parameters(call_.operation, call_.parameters);
    }

    Finding check(Stage& stage) const override {
        const Json parameters = stage.render(call_.parameters, call_.operation.text());
        const aws::ApiResult result = stage.call(call_.operation, parameters);
        return judge_answer(stage, &node_, call_answer_keys, answer_view(result, call_.operation));
    }

private:
    Call call_;
};

}  // namespace

std::unique_ptr<Expectation> parse_call_expectation(const DocumentNode& node) {
    expect_keys(node, {"call", "with", "returns", "error", "message"}, "a call expectation");
    check_matchers(node);
    return std::make_unique<CallExpectation>(node);
}

}  // namespace orrery
