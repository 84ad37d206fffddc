/// Expression: CloudWatch's metric math, parsed and evaluated over the results of other queries.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace orrery::cloudwatch {

/// What a query gives: values by time.
struct TimeSeries {
    std::string id;  // of the query that it is the result of
    std::int64_t period = 60;
    std::map<std::int64_t, double> points;
};

using SeriesList = std::vector<TimeSeries>;
using MathValue = std::variant<double, TimeSeries, SeriesList>;

/// What an expression may refer to.
struct MathContext {
    /// The result of the query called `id`; throws if there is none.
    std::function<const MathValue&(const std::string& id)> find;
    /// METRICS(), METRICS("text"): results of metric queries whose ids have that text.
    std::function<SeriesList(const std::string& text)> metrics;
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::int64_t period = 60;  // of the expression: for what has no series of its own
};

class Expression {
public:
    struct Node {
        enum class Kind { number, text, id, call, list };
        Kind kind = Kind::number;
        double number = 0;
        std::string name;  // a text, an id, a function or an operator
        std::vector<Node> parts;
        std::size_t position = 0;  // in the text, for errors
    };

    /// Throws ValidationError saying what is wrong with it; for functions that Orrery does not
    /// have, naming them.
    static Expression parse(std::string_view text);
    /// The ids of queries that it refers to.
    std::vector<std::string> ids() const;
    MathValue evaluate(const MathContext& context) const;

private:
    Node root_;
};

}  // namespace orrery::cloudwatch
