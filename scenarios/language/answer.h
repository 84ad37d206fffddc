/// What an operation or a SQL statement answered, in one form for matching, and whether that is
/// what was expected of it.
#pragma once

#include "engine/document.h"
#include "engine/json.h"
#include "scenarios/language/expectation.h"

#include <string>
#include <string_view>
#include <vector>

namespace orrery {

namespace aws {
class ApiResult;
}
struct OperationName;
struct Stage;

/// {"returns": ...} with a readable payload, or for a failure {"error": code, "message": ...}.
Json answer_view(const aws::ApiResult& result, const OperationName& operation);
/// Executes `statement` on the database instance with that logical name: {"rows": [...], "columns":
/// [...], "affected": n}, or for a failure {"error": number, "message": ...}.
Json execute_sql(Stage& stage, const std::string& instance, const std::string& statement);

bool answer_failed(const Json& view);
/// "QueueDoesNotExist: The specified queue does not exist."
std::string failure_text(const Json& view);

/// What may be expected of an operation's answer and of a statement's.
inline const std::vector<std::string_view> call_answer_keys{"returns", "error", "message"};
inline const std::vector<std::string_view> sql_answer_keys{
    "rows", "columns", "affected", "error", "message"};

/// Compares the members of `expected` that are in `keys` with the answer. A failure that nothing
/// was expected of is a finding of its own, and so is an answer where an error was expected.
/// `expected` may be null.
Finding judge_answer(Stage& stage,
                     const DocumentNode* expected,
                     const std::vector<std::string_view>& keys,
                     const Json& view);

}  // namespace orrery
