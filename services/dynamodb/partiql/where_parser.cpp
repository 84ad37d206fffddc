// [docs: ql-operators, ql-functions] Texts of errors: DynamoDB local's, and those of expressions.
#include "services/dynamodb/partiql/where_parser.h"

#include "services/dynamodb/expressions/condition_checks.h"
#include "services/dynamodb/expressions/lexer.h"
#include "services/dynamodb/validation_error.h"

#include <algorithm>
#include <array>

namespace orrery::dynamodb::partiql {

namespace {

using Kind = ConditionNode::Kind;

constexpr int most_parentheses = 100;

ConditionNode negated(ConditionNode condition) {
    ConditionNode negation;
    negation.kind = Kind::none_of;
    negation.conditions.push_back(std::move(condition));
    return negation;
}

ConditionNode checked(ConditionNode condition) {
    Problems problems;
    check_condition(condition, problems);
    const std::string& problem = problems.first(
        {Problems::Kind::operand_count, Problems::Kind::distinct, Problems::Kind::operand_type});
    if (!problem.empty()) {
        throw validation_error(problem);
    }
    return condition;
}

class WhereParser {
public:
    explicit WhereParser(Reader& reader) : reader_(reader) {}

    ConditionNode parse_any_of() {
        return parse_series(Kind::any_of, "OR", &WhereParser::parse_all_of);
    }

private:
    ConditionNode parse_all_of() {
        return parse_series(Kind::all_of, "AND", &WhereParser::parse_negation);
    }

    ConditionNode parse_series(Kind kind,
                               std::string_view keyword,
                               ConditionNode (WhereParser::*parse_member)()) {
        ConditionNode first = (this->*parse_member)();
        if (!reader_.at_keyword(keyword)) {
            return first;
        }
        ConditionNode series;
        series.kind = kind;
        series.conditions.push_back(std::move(first));
        while (reader_.take_keyword(keyword)) {
            series.conditions.push_back((this->*parse_member)());
        }
        return series;
    }

    ConditionNode parse_negation() {
        bool negative = false;
        while (reader_.take_keyword("NOT")) {
            negative = !negative;
        }
        ConditionNode condition = parse_primary();
        return negative ? negated(std::move(condition)) : condition;
    }

    ConditionNode parse_primary() {
        if (reader_.take_sign("(")) {
            if (++depth_ > most_parentheses) {
                malformed("too many parentheses");
            }
            ConditionNode inner = parse_any_of();
            --depth_;
            reader_.expect_sign(")");
            return inner;
        }
        if (at_function() && !is_keyword(reader_.peek().text, "SIZE")) {
            return parse_function();
        }
        return parse_comparison(parse_operand());
    }

    bool at_function() const {
        return reader_.peek().kind == Token::Kind::name &&
               reader_.second().kind == Token::Kind::sign && reader_.second().text == "(";
    }

    Operand parse_operand() {
        if (reader_.at_value()) {
            return {reader_.read_value()};
        }
        if (!at_function()) {
            return {reader_.read_path()};
        }
        const std::string name = reader_.read_name();
        if (!is_keyword(name, "SIZE")) {
            throw validation_error("Unrecognized function: " + name);
        }
        reader_.expect_sign("(");
        Operand operand =
            reader_.at_value() ? Operand{reader_.read_value()} : Operand{reader_.read_path()};
        reader_.expect_sign(")");
        Problems problems;
        check_size_operand(operand, problems);
        if (const auto& problem = problems.first({Problems::Kind::operand_type});
            !problem.empty()) {
            throw validation_error(problem);
        }
        operand.size = true;
        return operand;
    }

    ConditionNode parse_function() {
        struct Function {
            std::string_view name;
            Kind kind;
        };
        constexpr std::array<Function, 3> functions = {{{"ATTRIBUTE_TYPE", Kind::attribute_type},
                                                        {"BEGINS_WITH", Kind::begins_with},
                                                        {"CONTAINS", Kind::contains}}};
        const std::string name = reader_.read_name();
        const auto* function =
            std::find_if(functions.begin(), functions.end(), [&](const Function& candidate) {
                return is_keyword(name, candidate.name);
            });
        if (function == functions.end()) {
            throw validation_error("Unrecognized function: " + name);
        }
        ConditionNode condition;
        condition.kind = function->kind;
        reader_.expect_sign("(");
        condition.operands.push_back(parse_operand());
        reader_.expect_sign(",");
        condition.operands.push_back(parse_operand());
        reader_.expect_sign(")");
        return checked(std::move(condition));
    }

    ConditionNode parse_comparison(Operand first) {
        ConditionNode condition;
        condition.operands.push_back(std::move(first));
        if (reader_.take_keyword("IS")) {
            return parse_is(std::move(condition));
        }
        const bool negative = reader_.take_keyword("NOT");
        if (reader_.take_keyword("IN")) {
            parse_in(condition);
        } else if (reader_.take_keyword("BETWEEN")) {
            condition.kind = Kind::between;
            condition.operands.push_back(parse_operand());
            reader_.expect_keyword("AND");
            condition.operands.push_back(parse_operand());
        } else if (negative) {
            reader_.unexpected();
        } else {
            condition.kind = read_comparator();
            condition.operands.push_back(parse_operand());
        }
        condition = checked(std::move(condition));
        return negative ? negated(std::move(condition)) : condition;
    }

    Kind read_comparator() {
        constexpr std::array<std::pair<std::string_view, Kind>, 7> comparators = {
            {{"=", Kind::equal},
             {"<>", Kind::not_equal},
             {"!=", Kind::not_equal},
             {"<", Kind::less},
             {"<=", Kind::less_equal},
             {">", Kind::greater},
             {">=", Kind::greater_equal}}};
        for (const auto& [sign, kind] : comparators) {
            if (reader_.take_sign(sign)) {
                return kind;
            }
        }
        if (reader_.at_keyword("LIKE")) {
            throw validation_error("Unsupported operator in Condition Expression. Operator: LIKE");
        }
        if (reader_.at_sign("+") || reader_.at_sign("-")) {
            throw validation_error("Unsupported operator in Condition Expression. Operator: " +
                                   reader_.peek().text);
        }
        if (reader_.at_end() || reader_.at_keyword("AND") || reader_.at_keyword("OR")) {
            throw validation_error(
                "WHERE clause must contain an expression that resolves to a boolean");
        }
        reader_.unexpected();
    }

    void parse_in(ConditionNode& condition) {
        condition.kind = Kind::in;
        const bool brackets = reader_.take_sign("[");
        if (!brackets) {
            reader_.expect_sign("(");
        }
        const std::string_view close = brackets ? "]" : ")";
        if (reader_.at_sign(close)) {
            throw validation_error(
                "IN operator must have a left hand argument of type Variable Reference and right "
                "hand argument of type Seq with at least one member");
        }
        do {
            condition.operands.push_back(parse_operand());
        } while (reader_.take_sign(","));
        reader_.expect_sign(close);
    }

    ConditionNode parse_is(ConditionNode condition) {
        const bool negative = reader_.take_keyword("NOT");
        if (condition.operands.front().path() == nullptr) {
            throw validation_error(
                "The left hand side argument to IS must be a Variable Reference, Literal, or Path");
        }
        if (reader_.take_keyword("MISSING")) {
            condition.kind = negative ? Kind::attribute_exists : Kind::attribute_not_exists;
            return condition;
        }
        constexpr std::array<std::pair<std::string_view, std::string_view>, 8> types = {
            {{"NULL", "NULL"},
             {"BOOLEAN", "BOOL"},
             {"BLOB", "B"},
             {"STRING", "S"},
             {"NUMERIC", "N"},
             {"STRUCT", "M"},
             {"TUPLE", "M"},
             {"LIST", "L"}}};
        for (const auto& [word, type] : types) {
            if (reader_.take_keyword(word)) {
                condition.kind = Kind::attribute_type;
                condition.operands.push_back({AttributeValue(std::string(type))});
                return negative ? negated(std::move(condition)) : condition;
            }
        }
        throw validation_error(
            "Unsupported data type for IS operator: " + reader_.peek().text +
            ". Supported data types are [MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, "
            "TUPLE, LIST]");
    }

    Reader& reader_;
    int depth_ = 0;
};

}  // namespace

ConditionNode parse_where(Reader& reader) {
    return WhereParser(reader).parse_any_of();
}

}  // namespace orrery::dynamodb::partiql
