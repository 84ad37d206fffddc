// `table`: the items of a DynamoDB table and how many they are; looking consumes no capacity.

#include "engine/world.h"
#include "scenarios/language/expectation.h"
#include "scenarios/language/explanation.h"
#include "scenarios/language/matching.h"
#include "scenarios/language/names.h"
#include "scenarios/language/node_reader.h"
#include "scenarios/language/stage.h"
#include "services/dynamodb/dynamodb.h"
#include "services/services.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace orrery {

namespace {

Json plain(const dynamodb::AttributeValue& value);

template <typename Element, typename Convert>
Json list_of(const std::vector<Element>& elements, Convert convert) {
    Json list = Json::array();
    for (const Element& element : elements) {
        list.push_back(convert(element));
    }
    return list;
}

Json number_json(const dynamodb::Number& number) {
    return Json::parse(number.text());
}

Json plain_map(const dynamodb::Map& map) {
    Json object = Json::object();
    for (const auto& [name, value] : map) {
        object[name] = plain(value);
    }
    return object;
}

/// As document clients have it; binary values as base64 text.
Json plain(const dynamodb::AttributeValue& value) {
    using namespace dynamodb;
    if (const auto* text = value.as<std::string>()) {
        return *text;
    }
    if (const auto* number = value.as<Number>()) {
        return number_json(*number);
    }
    if (const auto* flag = value.as<bool>()) {
        return *flag;
    }
    if (const auto* list = value.as<List>()) {
        return list_of(*list, plain);
    }
    if (const auto* map = value.as<Map>()) {
        return plain_map(*map);
    }
    if (const auto* texts = value.as<Set<std::string>>()) {
        return Json(texts->elements);
    }
    if (const auto* numbers = value.as<Set<Number>>()) {
        return list_of(numbers->elements, number_json);
    }
    if (value.as<Null>() != nullptr) {
        return nullptr;
    }
    return write_value(value).begin().value();  // binary
}

class TableExpectation : public Expectation {
public:
    explicit TableExpectation(const DocumentNode& node)
        : Expectation(node, expectation_title(node, "table")) {}

    void check_names(const Names& names) const override {
        names.require_resource(*node_.find("table"), resource_types::table, "table");
        names.require_references(node_);
    }

    Finding check(Stage& stage) const override {
        const std::string name = stage.physical_id(node_.find("table")->text);
        const auto items = stage.cloud.dynamodb().items(name);
        if (!items) {
            return "there is no table " + name + " any more";
        }
        const EventFilter of_table = from_source("dynamodb/" + name);
        if (const DocumentNode* count = node_.find("count")) {
            const Json found = items->size();
            if (const auto difference = find_difference(stage.render(*count), &found, "count")) {
                return explain(*difference, found) +
                       nearest_events(stage.world, "the table", of_table);
            }
        }
        if (const DocumentNode* expected = node_.find("items")) {
            if (auto missing = missing_item(stage, *expected, *items)) {
                return *missing + nearest_events(stage.world, "the table", of_table);
            }
        }
        return std::nullopt;
    }

private:
    /// Every expected item must be there, in plain JSON or in DynamoDB's; others may be there too.
    static Finding missing_item(const Stage& stage,
                                const DocumentNode& expected,
                                const std::vector<dynamodb::Item>& items) {
        Json all = Json::array();
        for (const dynamodb::Item& item : items) {
            all.push_back(plain_map(item));
        }
        for (const DocumentNode& node : expected.items) {
            const Json wanted = stage.render(node);
            const auto matches = [&wanted](const Json& found) {
                return !find_difference(wanted, &found, "item");
            };
            const bool there =
                std::any_of(all.begin(), all.end(), matches) ||
                std::any_of(items.begin(), items.end(), [&](const dynamodb::Item& item) {
                    return matches(dynamodb::write_item(item));
                });
            if (!there) {
                return "no item is like " + preview(wanted) + "\nthe table has " + preview(all);
            }
        }
        return std::nullopt;
    }
};

}  // namespace

std::unique_ptr<Expectation> parse_table_expectation(const DocumentNode& node) {
    expect_keys(node, {"table", "count", "items"}, "a table expectation");
    require_any_of(node, {"count", "items"}, "a table expectation");
    check_matchers(node);
    if (const DocumentNode* items = node.find("items")) {
        require_list(*items, "'items'");
        if (items->items.empty()) {
            throw UsageError(items->where,
                             "an empty list of items could not fail; say 'count: 0' instead");
        }
    }
    return std::make_unique<TableExpectation>(node);
}

}  // namespace orrery
