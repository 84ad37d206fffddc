#include "services/cloudwatch/query.h"

#include "services/cloudwatch/member.h"
#include "services/cloudwatch/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <set>

namespace orrery::cloudwatch {

namespace {

/// "must begin with a small letter; letters, digits and underscores" [docs: MetricDataQuery]
bool is_id(const std::string& text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return letter(c) || (c >= '0' && c <= '9') || c == '_';
           });
}

void read_metric(const Json& stat, const std::string& path, MetricQuery& query) {
    query.key = read_metric_key(stat.at("Metric"), path + "MetricStat.Metric.");
    query.period = stat.at("Period").get<std::int64_t>();
    if (!is_period(query.period)) {
        validation_error("Period must be 1, 5, 10, 20, 30 or a multiple of 60: query " + query.id +
                         " has " + std::to_string(query.period) + ".");
    }
    const auto& name = stat.at("Stat").get_ref<const std::string&>();
    query.statistic = Statistic::parse(name);
    if (!query.statistic) {
        validation_error("The value " + name + " for parameter " + path +
                         "MetricStat.Stat is invalid.");
    }
    query.unit = optional_unit(stat, path + "MetricStat.");
}

MetricQuery read_query(const Json& given, std::size_t index, const aws::Identity& identity) {
    const std::string path = "MetricDataQueries.member." + std::to_string(index + 1) + ".";
    MetricQuery query;
    query.id = given.at("Id").get<std::string>();
    if (!is_id(query.id)) {
        validation_error("The value " + query.id + " for parameter " + path +
                         "Id is invalid: it must begin with a small letter, and have letters, "
                         "digits and underscores.");
    }
    const Json* account = member(given, "AccountId");
    if (account != nullptr && *account != identity.account) {
        validation_error("Metrics of other accounts (AccountId) are not supported here.");
    }
    const Json* returned = member(given, "ReturnData");
    query.returned = returned == nullptr || returned->get<bool>();
    const Json* label = member(given, "Label");
    query.label = label == nullptr ? "" : label->get<std::string>();
    const Json* stat = member(given, "MetricStat");
    const Json* expression = member(given, "Expression");
    const Json* period = member(given, "Period");
    if ((stat == nullptr) == (expression == nullptr)) {
        validation_error("Exactly one of MetricStat and Expression must be given in query " +
                         query.id + ".");
    }
    if (stat != nullptr) {
        if (period != nullptr) {
            validation_error("Period must not be given beside MetricStat in query " + query.id +
                             ": it is a part of that.");
        }
        read_metric(*stat, path, query);
    } else {
        query.expression = Expression::parse(expression->get_ref<const std::string&>());
        query.period = period == nullptr ? 0 : period->get<std::int64_t>();
        if (period != nullptr && !is_period(query.period)) {
            validation_error("Period must be 1, 5, 10, 20, 30 or a multiple of 60: query " +
                             query.id + " has " + std::to_string(query.period) + ".");
        }
    }
    return query;
}

}  // namespace

MetricQueries MetricQueries::read(const Json& list, const aws::Identity& identity) {
    MetricQueries queries;
    std::set<std::string> ids;
    for (std::size_t i = 0; i < list.size(); ++i) {
        queries.queries_.push_back(read_query(list.at(i), i, identity));
        if (!ids.insert(queries.queries_.back().id).second) {
            validation_error("The values for parameter Id in MetricDataQueries are not unique.");
        }
    }
    queries.settle_periods();
    return queries;
}

std::size_t MetricQueries::index_of(const std::string& id) const {
    for (std::size_t i = 0; i < queries_.size(); ++i) {
        if (queries_[i].id == id) {
            return i;
        }
    }
    validation_error("Error in expression: there is no query with the id " + id + ".");
}

/// An expression's period is the greatest of those it refers to, unless it says so. Finds circles.
std::int64_t MetricQueries::period_of(std::size_t index, std::vector<int>& state) {
    MetricQuery& query = queries_[index];
    if (state[index] == 1) {
        validation_error("Error in expression: query " + query.id + " refers to itself.");
    }
    if (state[index] == 0 && query.expression) {
        state[index] = 1;
        std::int64_t greatest = 0;
        for (const std::string& id : query.expression->ids()) {
            greatest = std::max(greatest, period_of(index_of(id), state));
        }
        for (const MetricQuery& each : queries_) {  // METRICS() refers to all
            greatest = greatest == 0 && each.statistic ? each.period : greatest;
        }
        if (query.period == 0) {
            query.period = greatest == 0 ? 60 : greatest;
        }
    }
    state[index] = 2;
    return query.period;
}

void MetricQueries::settle_periods() {
    std::vector<int> state(queries_.size());  // 0: not seen, 1: being looked at, 2: done
    for (std::size_t i = 0; i < queries_.size(); ++i) {
        period_of(i, state);
    }
}

std::vector<MathValue> MetricQueries::evaluate(MetricStore& store,
                                               Instant start,
                                               Instant end,
                                               Instant now) const {
    std::vector<std::optional<MathValue>> results(queries_.size());
    const std::function<const MathValue&(std::size_t)> result_of =
        [&](std::size_t index) -> const MathValue& {
        std::optional<MathValue>& result = results[index];
        if (result) {
            return *result;
        }
        const MetricQuery& query = queries_[index];
        const ReadRange range = rounded_range(start, end, query.period, now);
        if (query.statistic) {
            TimeSeries series{query.id, query.period, {}};
            for (const auto& [at, distribution] : store.read_unit(query.key, range, query.unit)) {
                if (const auto value = query.statistic->of(distribution)) {
                    series.points.emplace(at, *value);
                }
            }
            result = std::move(series);
            return *result;
        }
        MathContext context;
        context.find = [&](const std::string& id) -> const MathValue& {
            return result_of(index_of(id));
        };
        context.metrics = [&](const std::string& text) {
            SeriesList list;
            for (std::size_t i = 0; i < queries_.size(); ++i) {
                if (queries_[i].statistic && queries_[i].id.find(text) != std::string::npos) {
                    list.push_back(std::get<TimeSeries>(result_of(i)));
                }
            }
            return list;
        };
        context.start = range.start;
        context.end = range.end;
        context.period = query.period;
        result = query.expression->evaluate(context);
        return *result;
    };
    std::vector<MathValue> all;
    for (std::size_t i = 0; i < queries_.size(); ++i) {
        all.push_back(result_of(i));
    }
    return all;
}

}  // namespace orrery::cloudwatch
