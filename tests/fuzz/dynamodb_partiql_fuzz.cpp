// PartiQL statements: others are refused in words; what is one has a meaning for any keys.
// iterations: 60000
#include "engine/ensure.h"
#include "services/aws/error.h"
#include "services/dynamodb/partiql/plan.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace orrery;
using namespace orrery::dynamodb;

namespace {

void check_meaning(const partiql::Statement& statement) {
    const KeySchema keys{{{"a", AttributeType::string}}, {{"b", AttributeType::number}}};
    const Item item = read_item(Json::parse(
        R"({"a": {"S": "x"}, "b": {"N": "1"}, "c": {"L": [{"N": "1"}]}, "d": {"SS": ["x"]}})"));
    if (statement.where) {
        const bool holds = Condition(*statement.where).holds(item);
        ENSURE(Condition(*statement.where).holds(item) == holds);
    }
    if (const auto one = partiql::find_whole_key(statement, keys)) {
        ENSURE(one->key.size() == 2 && statement.where);
    }
    if (statement.kind == partiql::Statement::Kind::update) {
        Item changed = item;
        Update(statement.update).apply(changed);
    }
    for (const KeyCondition::Bounds& bounds : partiql::find_ranges(statement, keys).bounds) {
        ENSURE(bounds.hash.size() == 1);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t longest_statement = 8192;  // the model refuses longer ones
    const std::string_view text =
        std::string_view(reinterpret_cast<const char*>(data), size).substr(0, longest_statement);
    static const Json values =
        Json::parse(R"([{"S": "x"}, {"N": "1"}, {"M": {"a": {"S": "x"}, "b": {"N": "1"}}}])");
    for (const Json* parameters : {static_cast<const Json*>(nullptr), &values}) {
        try {
            check_meaning(partiql::parse_statement(text, parameters));
        } catch (const aws::ApiError& error) {
            ENSURE(error.code() == "ValidationException");
            ENSURE(!error.message().empty() && error.message().size() < 2 * longest_statement);
        }
    }
    return 0;
}
