// DynamoDB's expressions: the first line is one, the rest the stored bytes of an item, or there is
// another item. What is no expression is refused in words; what is one can be applied to any item.
// iterations: 15000
#include "engine/ensure.h"
#include "engine/error.h"
#include "services/aws/error.h"
#include "services/dynamodb/expressions/expressions.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace orrery;
using namespace orrery::dynamodb;

namespace {

const Json& names() {
    static const Json json = {{"#a", "a"}, {"#b", "b.c"}, {"#n", "name"}};
    return json;
}

const Json& values() {
    static const Json json = Json::parse(
        R"({":n": {"N": "1"}, ":m": {"N": "-2.5"}, ":s": {"S": "x"}, ":t": {"S": "N"},
            ":b": {"B": "AAE="}, ":l": {"L": [{"N": "1"}]}, ":z": {"NULL": true},
            ":y": {"BOOL": true}, ":g": {"SS": ["x", "y"]}, ":h": {"NS": ["1", "2"]},
            ":i": {"BS": ["AA=="]}, ":o": {"M": {"a": {"L": []}}}})");
    return json;
}

Item item_of(std::string_view bytes) {
    try {
        return decode_item(bytes);
    } catch (const UsageError&) {
        return read_item(Json::parse(
            R"({"a": {"M": {"a": {"N": "5"}, "b": {"L": [{"S": "xyz"}, {"M": {"c": {"N": "1"}}}]}}},
                "b": {"L": [{"N": "1"}, {"N": "2"}, {"S": "x"}]}, "c": {"N": "7"},
                "d": {"SS": ["x", "z"]}, "e": {"NS": ["1"]}, "s": {"S": "text"}, "b.c": {"N": "3"}})"));
    }
}

/// Whether `act` throws nothing; what it throws is the caller's mistake, in words of some length.
template <typename Act>
bool succeeds(Act act) {
    try {
        act();
        return true;
    } catch (const aws::ApiError& error) {
        constexpr std::size_t longest_message = 3 * 4096;
        ENSURE(error.code() == "ValidationException");
        ENSURE(!error.message().empty() && error.message().size() < longest_message);
        return false;
    }
}

void check_condition(std::string_view text, const Item& item) {
    succeeds([&] {
        ExpressionInput input(&names(), &values());
        const Condition condition = Condition::parse(text, input, "ConditionExpression");
        const bool holds = condition.holds(item);
        ENSURE(condition.holds(item) == holds);
        ENSURE(!condition.attributes().empty() || text.find(':') != std::string_view::npos);
    });
}

void check_update(std::string_view text, const Item& item) {
    succeeds([&] {
        ExpressionInput input(&names(), &values());
        const Update update = Update::parse(text, input);
        ENSURE(!update.attributes().empty());
        Item changed = item;
        if (!succeeds([&] { update.apply(changed); })) {
            return;
        }
        ENSURE(decode_item(encode_item(changed)) == changed);
        for (const auto& [name, part] : update.updated_parts(changed)) {
            ENSURE(changed.contains(name));
        }
        Item missing;
        succeeds([&] { update.apply_to_missing(missing); });
    });
}

void check_projection(std::string_view text, const Item& item) {
    succeeds([&] {
        ExpressionInput input(&names(), &values());
        const Item projected = ProjectedPaths::parse(text, input).of(item);
        ENSURE(size_of(projected) <= size_of(item));
    });
}

void check_key_condition(std::string_view text) {
    const KeySchema keys{{{"a", AttributeType::number}}, {{"b", AttributeType::string}}};
    succeeds([&] {
        ExpressionInput input(&names(), &values());
        const KeyCondition::Bounds bounds = KeyCondition::parse(text, input).bounds(keys);
        ENSURE(bounds.hash.size() == 1);
        ENSURE(bounds.equal_range.size() + (bounds.last_range ? 1 : 0) <= 1);
    });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::string_view text = input.substr(0, input.find('\n'));
    const Item item =
        item_of(text.size() < input.size() ? input.substr(text.size() + 1) : std::string_view());
    check_condition(text, item);
    check_update(text, item);
    check_projection(text, item);
    check_key_condition(text);
    return 0;
}
