#include "scenarios/language/answer.h"
#include "scenarios/language/stage.h"
#include "services/aws/error.h"
#include "services/rds/rds.h"
#include "services/services.h"

#include <nlohmann/json.hpp>

namespace orrery {

namespace {

/// A column's value as a scenario writes it: DECIMALs, dates and bytes are text, as clients see
/// them.
Json column_value(const rds::ResultColumn& column, const rds::Value& value) {
    if (rds::is_null(value)) {
        return nullptr;
    }
    if (column.type.is_integer() && std::holds_alternative<std::int64_t>(value)) {
        return std::get<std::int64_t>(value);
    }
    if (column.type.is_real() && std::holds_alternative<double>(value)) {
        return std::get<double>(value);
    }
    return rds::to_text(value);
}

Json result_view(const rds::StatementResult& result) {
    if (result.error) {
        return {{"error", result.error->number()}, {"message", result.error->message()}};
    }
    Json view{{"affected", result.affected}};
    if (result.has_rows) {
        view["columns"] = Json::array();
        for (const rds::ResultColumn& column : result.columns) {
            view["columns"].push_back(column.name);
        }
        view["rows"] = Json::array();
        for (const rds::Row& row : result.rows) {
            Json values = Json::array();
            for (std::size_t index = 0; index < row.size(); ++index) {
                values.push_back(column_value(result.columns[index], row[index]));
            }
            view["rows"].push_back(std::move(values));
        }
    }
    return view;
}

}  // namespace

Json execute_sql(Stage& stage, const std::string& instance, const std::string& statement) {
    try {
        return result_view(stage.cloud.rds().query(stage.physical_id(instance), statement));
    } catch (const aws::ApiError& error) {
        return {{"error", error.code()}, {"message", error.message()}};
    }
}

}  // namespace orrery
