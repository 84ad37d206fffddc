// `sql`: what a query finds in a database when the expectation is checked.

#include "engine/world.h"
#include "scenarios/language/answer.h"
#include "scenarios/language/explanation.h"
#include "scenarios/language/matching.h"
#include "scenarios/language/names.h"
#include "scenarios/language/node_reader.h"
#include "scenarios/language/stage.h"

#include <nlohmann/json.hpp>

namespace orrery {

namespace {

class SqlExpectation : public Expectation {
public:
    explicit SqlExpectation(const DocumentNode& node)
        : Expectation(node, expectation_title(node, "sql")) {}

    void check_names(const Names& names) const override {
        names.require_resource(*node_.find("on"), resource_types::database, "database");
        names.require_references(node_);
    }

    Finding check(Stage& stage) const override {
        const std::string& instance = node_.find("on")->text;
        const Json view = execute_sql(stage, instance, node_.find("sql")->text);
        Finding finding = judge_answer(stage, &node_, sql_answer_keys, view);
        if (finding) {
            *finding += nearest_events(
                stage.world, "the database", from_source("rds/" + stage.physical_id(instance)));
        }
        return finding;
    }
};

}  // namespace

std::unique_ptr<Expectation> parse_sql_expectation(const DocumentNode& node) {
    std::vector<std::string_view> keys{"sql", "on"};
    keys.insert(keys.end(), sql_answer_keys.begin(), sql_answer_keys.end());
    expect_keys(node, keys, "a sql expectation");
    read_text(*node.find("sql"), "'sql'");
    read_text(require_member(node, "on", "a sql expectation"), "'on'");
    require_any_of(node, sql_answer_keys, "a sql expectation");
    check_matchers(node);
    return std::make_unique<SqlExpectation>(node);
}

}  // namespace orrery
