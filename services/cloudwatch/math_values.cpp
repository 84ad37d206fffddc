// How metric math combines numbers, series and lists of series.

#include "services/cloudwatch/math_functions.h"
#include "services/cloudwatch/request.h"

#include <array>
#include <cmath>

namespace orrery::cloudwatch {

namespace {

using Node = Expression::Node;

struct Operator {
    std::string_view name;
    double (*apply)(double left, double right);
};

constexpr std::array<Operator, 13> operators{{
    {"+", [](double left, double right) { return left + right; }},
    {"-", [](double left, double right) { return left - right; }},
    {"*", [](double left, double right) { return left * right; }},
    {"/", [](double left, double right) { return left / right; }},
    {"^", [](double left, double right) { return std::pow(left, right); }},
    {"==", [](double left, double right) { return left == right ? 1.0 : 0.0; }},
    {"!=", [](double left, double right) { return left != right ? 1.0 : 0.0; }},
    {"<", [](double left, double right) { return left < right ? 1.0 : 0.0; }},
    {"<=", [](double left, double right) { return left <= right ? 1.0 : 0.0; }},
    {">", [](double left, double right) { return left > right ? 1.0 : 0.0; }},
    {">=", [](double left, double right) { return left >= right ? 1.0 : 0.0; }},
    {"AND", [](double left, double right) { return left != 0 && right != 0 ? 1.0 : 0.0; }},
    {"OR", [](double left, double right) { return left != 0 || right != 0 ? 1.0 : 0.0; }},
}};

const Operator* find_operator(std::string_view name) {
    for (const Operator& each : operators) {
        if (each.name == name) {
            return &each;
        }
    }
    return nullptr;
}

TimeSeries join(const TimeSeries& left,
                const TimeSeries& right,
                double (*operation)(double, double)) {
    TimeSeries joined{left.id, std::max(left.period, right.period), {}};
    for (const auto& [at, value] : left.points) {
        const auto other = right.points.find(at);
        if (other != right.points.end()) {
            const double result = operation(value, other->second);
            if (std::isfinite(result)) {  // a division by zero gives no value
                joined.points.emplace(at, result);
            }
        }
    }
    return joined;
}

TimeSeries join_number(const TimeSeries& series, const std::function<double(double)>& operation) {
    TimeSeries joined{series.id, series.period, {}};
    for (const auto& [at, value] : series.points) {
        const double result = operation(value);
        if (std::isfinite(result)) {
            joined.points.emplace(at, result);
        }
    }
    return joined;
}

TimeSeries as_series(const MathValue& value) {
    return std::get<TimeSeries>(value);
}

}  // namespace

MathValue for_each_series(const MathValue& value, const std::function<TimeSeries(TimeSeries)>& of) {
    if (const auto* series = std::get_if<TimeSeries>(&value)) {
        return of(*series);
    }
    SeriesList results;
    for (const TimeSeries& each : std::get<SeriesList>(value)) {
        results.push_back(of(each));
    }
    return results;
}

MathValue combine(const MathValue& left,
                  const MathValue& right,
                  double (*operation)(double, double)) {
    const auto* left_number = std::get_if<double>(&left);
    const auto* right_number = std::get_if<double>(&right);
    if (left_number != nullptr && right_number != nullptr) {
        return operation(*left_number, *right_number);
    }
    if (left_number != nullptr || right_number != nullptr) {
        return for_each_series(left_number != nullptr ? right : left, [&](const TimeSeries& each) {
            return join_number(each, [&](double value) {
                return left_number != nullptr ? operation(*left_number, value)
                                              : operation(value, *right_number);
            });
        });
    }
    const auto* left_list = std::get_if<SeriesList>(&left);
    const auto* right_list = std::get_if<SeriesList>(&right);
    if (left_list != nullptr && right_list != nullptr) {
        validation_error("An expression cannot apply an operator to two arrays of time series.");
    }
    if (left_list != nullptr) {
        return for_each_series(
            left, [&](const TimeSeries& each) { return join(each, as_series(right), operation); });
    }
    return for_each_series(right, [&](const TimeSeries& each) {
        TimeSeries joined = join(as_series(left), each, operation);
        joined.id = each.id;
        return joined;
    });
}

MathValue evaluate_math(const Node& node, const MathContext& context) {
    switch (node.kind) {
        case Node::Kind::number: return node.number;
        case Node::Kind::id: return context.find(node.name);
        case Node::Kind::text:
            validation_error("The text \"" + node.name + "\" is no value in an expression.");
        case Node::Kind::list: {
            SeriesList list;
            for (const Node& part : node.parts) {
                const MathValue value = evaluate_math(part, context);
                if (std::holds_alternative<double>(value)) {
                    validation_error("An array in an expression holds time series only.");
                }
                for_each_series(value, [&](TimeSeries each) {
                    list.push_back(each);
                    return each;
                });
            }
            return list;
        }
        default: break;
    }
    if (node.name == "NEGATE") {
        return combine(0.0, evaluate_math(node.parts[0], context), operators[1].apply);
    }
    if (const Operator* found = find_operator(node.name)) {
        return combine(evaluate_math(node.parts[0], context),
                       evaluate_math(node.parts[1], context),
                       found->apply);
    }
    return find_math_function(node.name)->apply(node, context);
}

}  // namespace orrery::cloudwatch
