// The grammar of UpdateExpressions. [docs: Expressions.UpdateExpressions] Texts and their order:
// [dyl];
// ", typeSet: ..." as newer reports of AWS's answers have it.
#include "services/dynamodb/expressions/expression_reader.h"
#include "services/dynamodb/expressions/update_node.h"

#include <algorithm>
#include <array>

namespace orrery::dynamodb {

namespace {

using OperandKind = UpdateOperand::Kind;

// Functions nest, and 300 operators are allowed.
constexpr int most_levels_of_functions = 301;

std::string_view long_type_name(AttributeType type) {
    constexpr std::array<std::string_view, 10> names = {"STRING",
                                                        "NUMBER",
                                                        "BINARY",
                                                        "BOOLEAN",
                                                        "NULL",
                                                        "STRING_SET",
                                                        "NUMBER_SET",
                                                        "BINARY_SET",
                                                        "LIST",
                                                        "MAP"};
    return names[static_cast<std::size_t>(type)];
}

class UpdateParser {
public:
    UpdateParser(std::string_view text, ExpressionInput& input)
        : reader_(text, input, "UpdateExpression"), tokens_(reader_.tokens()) {}

    UpdateNode parse() {
        do {
            parse_section();
        } while (!tokens_.at_end());
        std::vector<Path> paths;
        for (const UpdateAction& action : update_.actions) {
            paths.push_back(action.path);
        }
        check_distinct_paths(paths, reader_.problems());
        reader_.finish({Problems::Kind::parentheses,
                        Problems::Kind::operators,
                        Problems::Kind::reserved_word,
                        Problems::Kind::function_name,
                        Problems::Kind::section,
                        Problems::Kind::path,
                        Problems::Kind::undefined_name,
                        Problems::Kind::undefined_value,
                        Problems::Kind::overlap,
                        Problems::Kind::conflict,
                        Problems::Kind::action_type,
                        Problems::Kind::operand_type});
        return std::move(update_);
    }

private:
    static constexpr std::array<std::string_view, 4> sections = {"SET", "REMOVE", "ADD", "DELETE"};

    void parse_section() {
        for (std::size_t index = 0; index < sections.size(); ++index) {
            if (tokens_.take_keyword(sections[index])) {
                if (std::exchange(seen_[index], true)) {
                    reader_.problems().add(Problems::Kind::section,
                                           "The \"" + std::string(sections[index]) +
                                               "\" section can only be used once in an update "
                                               "expression;");
                }
                do {
                    parse_action(static_cast<UpdateAction::Kind>(index));
                } while (tokens_.take_sign(","));
                return;
            }
        }
        reader_.syntax_error();
    }

    /// UpdateAction's kinds are in the order of `sections`.
    void parse_action(UpdateAction::Kind kind) {
        UpdateAction action;
        action.kind = kind;
        action.path = read_path();
        if (kind == UpdateAction::Kind::set) {
            reader_.expect("=");
            action.operand = parse_value();
        } else if (kind != UpdateAction::Kind::remove) {
            action.operand.constant = reader_.read_value(Problems::Kind::undefined_value);
            check_element_type(kind, action.operand.constant.type());
        }
        update_.actions.push_back(std::move(action));
    }

    void check_element_type(UpdateAction::Kind kind, AttributeType type) {
        const bool add = kind == UpdateAction::Kind::add;
        if (!is_set(type) && !(add && type == AttributeType::number)) {
            const std::string name = add ? "ADD" : "DELETE";
            reader_.problems().add(
                Problems::Kind::action_type,
                "Incorrect operand type for operator or function; operator: " + name +
                    ", operand type: " + std::string(long_type_name(type)) +
                    ", typeSet: ALLOWED_FOR_" + name + "_OPERAND");
        }
    }

    Path read_path() {
        if (std::any_of(sections.begin(), sections.end(), [this](std::string_view section) {
                return tokens_.at_keyword(section);
            })) {
            reader_.syntax_error();
        }
        return reader_.read_path();
    }

    /// One operand, or two with + or - between them.
    UpdateOperand parse_value() {
        UpdateOperand first =
            tokens_.at_sign("(") ? parse_group(&UpdateParser::parse_value) : parse_operand();
        if (first.kind == OperandKind::plus || first.kind == OperandKind::minus) {
            return first;
        }
        const bool plus = tokens_.take_sign("+");
        if (!plus && !tokens_.take_sign("-")) {
            return first;
        }
        reader_.count_operator();
        UpdateOperand sum;
        sum.kind = plus ? OperandKind::plus : OperandKind::minus;
        sum.operands.push_back(std::move(first));
        sum.operands.push_back(parse_operand());
        check_types(plus ? "+" : "-", sum.operands, AttributeType::number);
        return sum;
    }

    UpdateOperand parse_operand() {
        if (tokens_.at_sign("(")) {
            return parse_group(&UpdateParser::parse_operand);
        }
        UpdateOperand operand;
        const Token token = tokens_.peek();
        if (token.kind == Token::Kind::value) {
            operand.constant = reader_.read_value(Problems::Kind::undefined_value);
        } else if (token.kind == Token::Kind::name && tokens_.sign_follows("(")) {
            tokens_.take();
            operand = parse_function(token.text);
        } else {
            operand.kind = OperandKind::path;
            operand.path = read_path();
        }
        return operand;
    }

    UpdateOperand parse_group(UpdateOperand (UpdateParser::*parse_inner)()) {
        reader_.expect("(");
        if (tokens_.at_sign("(")) {
            constexpr const char* problem = "The expression has redundant parentheses;";
            if (++depth_ > most_levels_of_functions) {
                reader_.fail(problem);
            }
            reader_.problems().add(Problems::Kind::parentheses, problem);
        }
        UpdateOperand inner = (this->*parse_inner)();
        reader_.expect(")");
        return inner;
    }

    UpdateOperand parse_function(std::string_view name) {
        reader_.count_operator();
        if (++depth_ > most_levels_of_functions) {
            reader_.fail_for_operators();
        }
        UpdateOperand function;
        reader_.expect("(");
        do {
            function.operands.push_back(parse_operand());
        } while (tokens_.take_sign(","));
        reader_.expect(")");
        --depth_;
        if (name == "if_not_exists" || name == "list_append") {
            function.kind =
                name == "if_not_exists" ? OperandKind::if_not_exists : OperandKind::list_append;
            check_function(name, function);
        } else {
            unknown_function(name);
        }
        return function;
    }

    void check_function(std::string_view name, UpdateOperand& function) {
        if (function.operands.size() != 2) {
            operand_problem(
                "Incorrect number of operands for operator or function; operator or "
                "function: " +
                std::string(name) +
                ", number of operands: " + std::to_string(function.operands.size()));
        } else if (function.kind == OperandKind::list_append) {
            check_types(name, function.operands, AttributeType::list);
        } else if (function.operands.front().kind != OperandKind::path) {
            operand_problem(
                "Operator or function requires a document path; operator or function: " +
                std::string(name));
        } else {
            function.path = std::move(function.operands.front().path);
            function.operands.erase(function.operands.begin());
        }
    }

    /// Of constants, whose types are known.
    void check_types(std::string_view name,
                     const std::vector<UpdateOperand>& operands,
                     AttributeType type) {
        for (const UpdateOperand& operand : operands) {
            if (operand.kind == OperandKind::constant && operand.constant.type() != type) {
                operand_problem(
                    "Incorrect operand type for operator or function; operator or "
                    "function: " +
                    std::string(name) +
                    ", operand type: " + std::string(type_name(operand.constant.type())));
            }
        }
    }

    void unknown_function(std::string_view name) {
        constexpr std::array<std::string_view, 6> of_conditions = {"attribute_exists",
                                                                   "attribute_not_exists",
                                                                   "attribute_type",
                                                                   "begins_with",
                                                                   "contains",
                                                                   "size"};
        const bool known =
            std::find(of_conditions.begin(), of_conditions.end(), name) != of_conditions.end();
        reader_.problems().add(
            Problems::Kind::function_name,
            std::string(known ? "The function is not allowed in an update expression"
                              : "Invalid function name") +
                "; function: " + std::string(name));
    }

    void operand_problem(const std::string& message) {
        reader_.problems().add(Problems::Kind::operand_type, message);
    }

    ExpressionReader reader_;
    Tokens& tokens_;
    UpdateNode update_;
    std::array<bool, sections.size()> seen_{};
    int depth_ = 0;
};

}  // namespace

Update Update::parse(std::string_view text, ExpressionInput& input) {
    return Update(UpdateParser(text, input).parse());
}

}  // namespace orrery::dynamodb
