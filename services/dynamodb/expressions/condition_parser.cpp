#include "services/dynamodb/expressions/condition_parser.h"

#include "services/dynamodb/expressions/condition_checks.h"
#include "services/dynamodb/expressions/expression_reader.h"

#include <algorithm>
#include <array>

namespace orrery::dynamodb {

namespace {

using Kind = ConditionNode::Kind;

struct Name {
    Kind kind;
    std::string_view text;
};

// As the text has them.
constexpr std::array<Name, 6> comparators = {{{Kind::equal, "="},
                                              {Kind::not_equal, "<>"},
                                              {Kind::less, "<"},
                                              {Kind::less_equal, "<="},
                                              {Kind::greater, ">"},
                                              {Kind::greater_equal, ">="}}};
constexpr std::array<Name, 5> functions = {{{Kind::attribute_exists, "attribute_exists"},
                                            {Kind::attribute_not_exists, "attribute_not_exists"},
                                            {Kind::attribute_type, "attribute_type"},
                                            {Kind::begins_with, "begins_with"},
                                            {Kind::contains, "contains"}}};

// Every pair of parentheses that is not redundant has an operator of its own, of which 300 are
// allowed.
constexpr int most_parentheses = 302;
constexpr std::string_view redundant_parentheses = "The expression has redundant parentheses;";

std::size_t operand_count(Kind function) {
    return function == Kind::attribute_exists || function == Kind::attribute_not_exists ? 1 : 2;
}

/// A condition, or an operand by itself (Kind::operand), which only parentheses may hold.
struct Parsed {
    ConditionNode node;
    bool parenthesized = false;
};

class ConditionParser {
public:
    ConditionParser(std::string_view text, ExpressionInput& input, std::string_view parameter)
        : reader_(text, input, parameter), tokens_(reader_.tokens()) {}

    ConditionNode parse() {
        ConditionNode condition = parse_any_of(Alone::refused).node;
        check_not_size(condition);
        reader_.finish({Problems::Kind::parentheses,
                        Problems::Kind::operators,
                        Problems::Kind::function_name,
                        Problems::Kind::misplaced_function,
                        Problems::Kind::reserved_word,
                        Problems::Kind::path,
                        Problems::Kind::condition});
        return condition;
    }

private:
    enum class Alone : std::uint8_t { refused, allowed };  // an operand before ")"

    Parsed parse_any_of(Alone alone) {
        return parse_series(Kind::any_of, "OR", alone, &ConditionParser::parse_all_of);
    }
    Parsed parse_all_of(Alone alone) {
        return parse_series(Kind::all_of, "AND", alone, &ConditionParser::parse_negation);
    }

    Parsed parse_series(Kind kind,
                        std::string_view keyword,
                        Alone alone,
                        Parsed (ConditionParser::*parse_member)(Alone)) {
        Parsed first = (this->*parse_member)(alone);
        if (!tokens_.at_keyword(keyword)) {
            return first;
        }
        Parsed series;
        series.node.kind = kind;
        check_not_size(first.node);
        series.node.conditions.push_back(std::move(first.node));
        while (tokens_.take_keyword(keyword)) {
            reader_.count_operator();
            Parsed next = (this->*parse_member)(Alone::refused);
            check_not_size(next.node);
            series.node.conditions.push_back(std::move(next.node));
        }
        return series;
    }

    Parsed parse_negation(Alone alone) {
        bool any = false;
        bool negated = false;
        while (tokens_.take_keyword("NOT")) {
            reader_.count_operator();
            any = true;
            negated = !negated;
        }
        Parsed parsed = parse_primary(any ? Alone::refused : alone);
        if (!any) {
            return parsed;
        }
        check_not_size(parsed.node);
        if (!negated) {
            return {std::move(parsed.node), false};
        }
        Parsed negation;
        negation.node.kind = Kind::none_of;
        negation.node.conditions.push_back(std::move(parsed.node));
        return negation;
    }

    Parsed parse_primary(Alone alone) {
        if (!tokens_.at_sign("(")) {
            return {parse_comparison(parse_operand(), alone), false};
        }
        Parsed inner = parse_parentheses();
        if (inner.node.kind != Kind::operand) {
            return inner;
        }
        ConditionNode condition = parse_comparison(std::move(inner.node), alone);
        const bool still_operand = condition.kind == Kind::operand;
        return {std::move(condition), still_operand};
    }

    /// What is between parentheses: a condition or an operand.
    Parsed parse_parentheses() {
        reader_.expect("(");
        if (++depth_ > most_parentheses) {
            reader_.fail(std::string(redundant_parentheses));
        }
        Parsed inner = parse_any_of(Alone::allowed);
        --depth_;
        reader_.expect(")");
        if (inner.parenthesized) {
            reader_.problems().add(Problems::Kind::parentheses, std::string(redundant_parentheses));
        }
        if (Operand* operand =
                inner.node.kind == Kind::operand ? &inner.node.operands.front() : nullptr;
            operand != nullptr && operand->path() != nullptr) {
            reader_.read_inner(std::get<Path>(operand->source));
        }
        inner.parenthesized = true;
        return inner;
    }

    /// `first` is an operand, or a function that may be a condition already.
    ConditionNode parse_comparison(ConditionNode first, Alone alone) {
        ConditionNode condition;
        if (const auto kind = take_comparator()) {
            condition.kind = *kind;
            add_operand(condition, std::move(first));
            add_operand(condition, parse_grouped_operand());
        } else if (tokens_.take_keyword("BETWEEN")) {
            condition.kind = Kind::between;
            add_operand(condition, std::move(first));
            add_operand(condition, parse_grouped_operand());
            if (!tokens_.take_keyword("AND")) {
                reader_.syntax_error();
            }
            add_operand(condition, parse_grouped_operand());
        } else if (tokens_.take_keyword("IN")) {
            condition.kind = Kind::in;
            add_operand(condition, std::move(first));
            for (ConditionNode& operand : parse_arguments()) {
                add_operand(condition, std::move(operand));
            }
        } else if (first.kind != Kind::operand || first.operands.front().size) {
            // A function by itself; that size() is no condition is found where it stands.
            close_condition();
            return first;
        } else if (alone == Alone::allowed && tokens_.at_sign(")")) {
            return first;
        } else {
            reader_.syntax_error();
        }
        reader_.count_operator();
        check_condition(condition, reader_.problems());
        close_condition();
        return condition;
    }

    std::optional<Kind> take_comparator() {
        for (const Name& comparator : comparators) {
            if (tokens_.take_sign(comparator.text)) {
                return comparator.kind;
            }
        }
        return std::nullopt;
    }

    /// `from` becomes an operand of `condition`: which it is, or it is a function out of place.
    void add_operand(ConditionNode& condition, ConditionNode from) {
        if (from.kind != Kind::operand) {
            misplaced_function(operator_name(from.kind));
        }
        condition.operands.push_back(from.operands.empty() ? Operand()
                                                           : std::move(from.operands.front()));
    }

    ConditionNode parse_grouped_operand() {
        if (!tokens_.at_sign("(")) {
            return parse_operand();
        }
        ConditionNode operand = parse_parentheses().node;
        if (operand.kind != Kind::operand && !is_function(operand.kind)) {
            reader_.syntax_error();
        }
        return operand;
    }

    static bool is_function(Kind kind) {
        return std::any_of(functions.begin(), functions.end(), [kind](const Name& function) {
            return function.kind == kind;
        });
    }

    /// A path, a value, or a function.
    ConditionNode parse_operand() {
        ConditionNode node;
        node.kind = Kind::operand;
        const Token token = tokens_.peek();
        if (token.kind == Token::Kind::value) {
            node.operands.push_back({reader_.read_value(Problems::Kind::undefined_name)});
        } else if (is_operator_keyword()) {
            reader_.syntax_error();
        } else if (token.kind == Token::Kind::name && tokens_.sign_follows("(")) {
            tokens_.take();
            return parse_function(token.text);
        } else {
            node.operands.push_back({reader_.read_path()});
        }
        return node;
    }

    bool is_operator_keyword() const {
        constexpr std::array<std::string_view, 5> keywords = {"AND", "OR", "NOT", "BETWEEN", "IN"};
        return std::any_of(keywords.begin(), keywords.end(), [&](std::string_view keyword) {
            return tokens_.at_keyword(keyword);
        });
    }

    ConditionNode parse_function(std::string_view name) {
        reader_.count_operator();
        ConditionNode node;
        for (ConditionNode& argument : parse_arguments()) {
            add_operand(node, std::move(argument));
        }
        if (name == "size") {
            return size_of_operand(std::move(node));
        }
        const auto* function =
            std::find_if(functions.begin(), functions.end(), [&](const Name& candidate) {
                return candidate.text == name;
            });
        if (function == functions.end()) {
            unknown_function(name);
            node.kind = Kind::attribute_exists;  // stands for it until the error is thrown
        } else {
            node.kind = function->kind;
            if (check_operand_count(name, node, operand_count(node.kind))) {
                check_condition(node, reader_.problems());
            }
        }
        return node;
    }

    ConditionNode size_of_operand(ConditionNode arguments) {
        if (check_operand_count("size", arguments, 1)) {
            check_size_operand(arguments.operands.front(), reader_.problems());
        }
        arguments.operands.resize(1);
        arguments.operands.front().size = true;
        arguments.kind = Kind::operand;
        return arguments;
    }

    bool check_operand_count(std::string_view name, const ConditionNode& node, std::size_t count) {
        if (node.operands.size() == count) {
            return true;
        }
        reader_.problems().add(
            Problems::Kind::operand_count,
            "Incorrect number of operands for operator or function; operator or function: " +
                std::string(name) +
                ", number of operands: " + std::to_string(node.operands.size()));
        return false;
    }

    std::vector<ConditionNode> parse_arguments() {
        reader_.expect("(");
        if (++depth_ > most_parentheses) {
            reader_.fail_for_operators();
        }
        std::vector<ConditionNode> arguments;
        do {
            arguments.push_back(parse_grouped_operand());
        } while (tokens_.take_sign(","));
        --depth_;
        reader_.expect(")");
        return arguments;
    }

    void unknown_function(std::string_view name) {
        const bool of_updates = name == "if_not_exists" || name == "list_append";
        reader_.problems().add(
            Problems::Kind::function_name,
            std::string(of_updates ? "The function is not allowed in a condition expression"
                                   : "Invalid function name") +
                "; function: " + std::string(name));
    }

    void misplaced_function(std::string_view name) {
        reader_.problems().add(
            Problems::Kind::misplaced_function,
            "The function is not allowed to be used this way in an expression; function: " +
                std::string(name));
    }

    void check_not_size(const ConditionNode& condition) {
        if (condition.kind == Kind::operand) {
            misplaced_function("size");
        }
    }

    /// Of the conditions' problems, that of the first condition is told.
    void close_condition() {
        const std::string& problem = reader_.problems().first({Problems::Kind::undefined_name,
                                                               Problems::Kind::operand_count,
                                                               Problems::Kind::distinct,
                                                               Problems::Kind::operand_type});
        if (!problem.empty()) {
            reader_.problems().add(Problems::Kind::condition, problem);
        }
    }

    ExpressionReader reader_;
    Tokens& tokens_;
    int depth_ = 0;
};

}  // namespace

std::string_view operator_name(Kind kind) {
    for (const auto& [named, text] : comparators) {
        if (named == kind) {
            return text;
        }
    }
    for (const auto& [named, text] : functions) {
        if (named == kind) {
            return text;
        }
    }
    switch (kind) {
        case Kind::all_of: return "AND";
        case Kind::any_of: return "OR";
        case Kind::none_of: return "NOT";
        case Kind::between: return "BETWEEN";
        case Kind::in: return "IN";
        default: return "size";
    }
}

ConditionNode parse_condition(std::string_view text,
                              ExpressionInput& input,
                              std::string_view parameter) {
    return ConditionParser(text, input, parameter).parse();
}

}  // namespace orrery::dynamodb
