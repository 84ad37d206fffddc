/// SELECT carried out: as a read of some partition keys' items if WHERE names these keys, else as a
/// scan.
#pragma once

#include "engine/json.h"
#include "services/dynamodb/data_call.h"
#include "services/dynamodb/partiql/statement.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace orrery::dynamodb::partiql {

struct SelectPage {
    Consistency consistency = Consistency::eventual;
    std::optional<std::size_t> limit;
    std::optional<std::string> next_token;
    std::string request_text;  // a token belongs to it
};

/// Answers as ExecuteStatement does.
Json select_page(DataCall& call, const Statement& statement, const SelectPage& page);
/// The same of one item, whose whole key WHERE must have: BatchExecuteStatement's.
Json select_item(DataCall& call, const Statement& statement, Consistency consistency);

/// What SELECT's list makes of an item in AWS's JSON: each path's value by the path's last name.
Json project(Json item, const std::vector<Path>& projection);

}  // namespace orrery::dynamodb::partiql
