// [docs: ql-reference.select, .insert, .update, .delete] Texts of errors: DynamoDB local's.
#include "services/dynamodb/expressions/lexer.h"
#include "services/dynamodb/expressions/problems.h"
#include "services/dynamodb/partiql/reader.h"
#include "services/dynamodb/partiql/statement.h"
#include "services/dynamodb/partiql/where_parser.h"
#include "services/dynamodb/validation_error.h"

#include <array>

namespace orrery::dynamodb::partiql {

namespace {

class StatementParser {
public:
    StatementParser(std::string_view text, const Json* parameters) : reader_(text, parameters) {}

    Statement parse() {
        if (reader_.take_keyword("SELECT")) {
            parse_select();
        } else if (reader_.take_keyword("INSERT")) {
            parse_insert();
        } else if (reader_.take_keyword("UPDATE")) {
            parse_update();
        } else if (reader_.take_keyword("DELETE")) {
            parse_delete();
        } else if (reader_.take_keyword("EXISTS")) {
            reader_.expect_sign("(");
            reader_.expect_keyword("SELECT");
            parse_select();
            reader_.expect_sign(")");
            statement_.kind = Statement::Kind::exists;
        } else {
            reader_.unexpected();
        }
        reader_.finish();
        return std::move(statement_);
    }

private:
    void parse_select() {
        statement_.kind = Statement::Kind::select;
        refuse({"DISTINCT", "VALUE", "PIVOT"});
        if (!reader_.take_sign("*")) {
            do {
                if (reader_.at_sign("*")) {
                    throw validation_error(
                        "Other attributes should not be present in the projection when '*' is "
                        "used.");
                }
                refuse_function();
                statement_.projection.push_back(reader_.read_path());
                refuse_alias();
            } while (reader_.take_sign(","));
        }
        reader_.expect_keyword("FROM");
        parse_source();
        refuse_alias();
        if (reader_.at_sign(",")) {
            throw validation_error("Only select from a single table or index is supported.");
        }
        parse_where_clause();
        parse_order();
        refuse({"GROUP", "HAVING", "LIMIT", "OFFSET", "JOIN", "UNION", "LET"});
    }

    void refuse(std::initializer_list<std::string_view> clauses) const {
        for (const std::string_view clause : clauses) {
            if (reader_.at_keyword(clause)) {
                throw validation_error("Unsupported clause: " + std::string(clause));
            }
        }
    }

    void refuse_function() const {
        if (reader_.peek().kind == Token::Kind::name && reader_.second().text == "(" &&
            reader_.second().kind == Token::Kind::sign) {
            throw validation_error("Unsupported operation: " + reader_.peek().text);
        }
    }

    void refuse_alias() const {
        if (reader_.at_keyword("AS")) {
            throw validation_error("Aliasing is not supported");
        }
    }

    /// "table" or "table"."index"
    void parse_source() {
        statement_.table = reader_.read_name();
        if (reader_.take_sign(".")) {
            statement_.index = reader_.read_name();
        }
        if (reader_.at_sign(".")) {
            throw validation_error("A path may contain at most 2 components in the FROM clause");
        }
    }

    void parse_table() {
        parse_source();
        if (statement_.index) {
            throw validation_error("This operation is not supported on an index");
        }
    }

    void parse_where_clause() {
        if (reader_.take_keyword("WHERE")) {
            statement_.where = parse_where(reader_);
        }
    }

    void parse_order() {
        if (!reader_.take_keyword("ORDER")) {
            return;
        }
        reader_.expect_keyword("BY");
        do {
            Order order{reader_.read_name(), false};
            if (reader_.take_keyword("DESC")) {
                order.descending = true;
            } else {
                reader_.take_keyword("ASC");
            }
            statement_.order.push_back(std::move(order));
        } while (reader_.take_sign(","));
    }

    void parse_insert() {
        statement_.kind = Statement::Kind::insert;
        reader_.expect_keyword("INTO");
        parse_table();
        if (reader_.at_keyword("VALUES")) {
            throw validation_error(
                "Unsupported operation: Inserting multiple items in a single statement is not "
                "supported, use \"INSERT INTO tableName VALUE item\" instead");
        }
        reader_.expect_keyword("VALUE");
        parse_inserted_item();
        if (reader_.take_keyword("ON")) {
            reader_.expect_keyword("CONFLICT");
            reader_.expect_keyword("DO");
            if (!reader_.take_keyword("NOTHING")) {
                throw validation_error(
                    "Invalid conflict action. Only \"DO NOTHING\" action is supported.");
            }
            statement_.keep_existing = true;
        }
        if (reader_.at_keyword("RETURNING")) {
            throw validation_error("RETURNING is not supported in INSERT");
        }
    }

    /// {...}, or a parameter that is a map.
    void parse_inserted_item() {
        if (reader_.at_sign("{")) {
            statement_.item = reader_.read_tuple();
            return;
        }
        AttributeValue value = reader_.at_value() ? reader_.read_value() : AttributeValue();
        Map* map = value.as<Map>();
        if (map == nullptr) {
            throw validation_error(
                "Unsupported format in item expression. Please use struct format {...} to express "
                "item values for insert statement.");
        }
        statement_.item = std::move(*map);
    }

    void parse_update() {
        statement_.kind = Statement::Kind::update;
        parse_table();
        for (;;) {
            if (reader_.take_keyword("SET")) {
                do {
                    parse_assignment();
                } while (reader_.take_sign(","));
            } else if (reader_.take_keyword("REMOVE")) {
                do {
                    add_action(UpdateAction::Kind::remove, reader_.read_path(), {});
                } while (reader_.take_sign(","));
            } else {
                break;
            }
        }
        if (statement_.update.actions.empty()) {
            throw validation_error(
                "Only SET and REMOVE are supported in update expressions at this time");
        }
        check_paths();
        parse_where_clause();
        parse_returning();
    }

    void check_paths() const {
        std::vector<Path> paths;
        for (const UpdateAction& action : statement_.update.actions) {
            paths.push_back(action.path);
        }
        Problems problems;
        check_distinct_paths(paths, problems);
        if (const auto& problem =
                problems.first({Problems::Kind::overlap, Problems::Kind::conflict});
            !problem.empty()) {
            throw validation_error(problem);
        }
    }

    void add_action(UpdateAction::Kind kind, Path path, UpdateOperand operand) {
        statement_.update.actions.push_back({kind, std::move(path), std::move(operand)});
    }

    void parse_assignment() {
        Path path = reader_.read_path();
        reader_.expect_sign("=");
        for (const auto& [name, kind] :
             {std::pair("SET_ADD", UpdateAction::Kind::add),
              std::pair("SET_DELETE", UpdateAction::Kind::remove_elements)}) {
            if (reader_.at_keyword(name) && reader_.second().text == "(") {
                UpdateOperand set = parse_set_change(name, path);
                add_action(kind, std::move(path), std::move(set));
                return;
            }
        }
        UpdateOperand value = parse_value();
        add_action(UpdateAction::Kind::set, std::move(path), std::move(value));
    }

    UpdateOperand parse_set_change(std::string_view name, const Path& path) {
        reader_.read_name();
        reader_.expect_sign("(");
        if (reader_.read_path() != path) {
            throw validation_error("The first argument to " + std::string(name) +
                                   " must equal the assignment value");
        }
        reader_.expect_sign(",");
        UpdateOperand operand;
        operand.constant = reader_.at_value() ? reader_.read_value() : AttributeValue();
        if (!is_set(operand.constant.type())) {
            throw validation_error("The second argument to " + std::string(name) +
                                   " must be a value with type SET");
        }
        reader_.expect_sign(")");
        return operand;
    }

    /// One operand, or two with + or - between them.
    UpdateOperand parse_value() {
        UpdateOperand first = parse_operand();
        const bool plus = reader_.take_sign("+");
        if (!plus && !reader_.take_sign("-")) {
            return first;
        }
        UpdateOperand sum;
        sum.kind = plus ? UpdateOperand::Kind::plus : UpdateOperand::Kind::minus;
        sum.operands.push_back(std::move(first));
        sum.operands.push_back(parse_operand());
        return sum;
    }

    UpdateOperand parse_operand() {
        UpdateOperand operand;
        if (reader_.at_value()) {
            operand.constant = reader_.read_value();
        } else if (reader_.peek().kind == Token::Kind::name && reader_.second().text == "(") {
            operand = parse_function();
        } else {
            operand.kind = UpdateOperand::Kind::path;
            operand.path = reader_.read_path();
        }
        return operand;
    }

    UpdateOperand parse_function() {
        constexpr int most_nested = 100;
        UpdateOperand function;
        const std::string name = reader_.read_name();
        if (is_keyword(name, "LIST_APPEND")) {
            function.kind = UpdateOperand::Kind::list_append;
        } else if (is_keyword(name, "IF_NOT_EXISTS")) {
            function.kind = UpdateOperand::Kind::if_not_exists;
        } else {
            throw validation_error("Unrecognized function: " + name);
        }
        if (++depth_ > most_nested) {
            malformed("functions are nested too deeply");
        }
        reader_.expect_sign("(");
        if (function.kind == UpdateOperand::Kind::if_not_exists) {
            function.path = reader_.read_path();
        } else {
            function.operands.push_back(parse_operand());
        }
        reader_.expect_sign(",");
        function.operands.push_back(parse_operand());
        reader_.expect_sign(")");
        --depth_;
        return function;
    }

    void parse_delete() {
        statement_.kind = Statement::Kind::remove;
        reader_.expect_keyword("FROM");
        parse_table();
        parse_where_clause();
        parse_returning();
        if (statement_.returned != Statement::Return::none &&
            statement_.returned != Statement::Return::all_old) {
            throw validation_error(
                "Invalid returning clause. Only RETURNING ALL OLD * is allowed "
                "in DELETE statements.");
        }
    }

    void parse_returning() {
        if (!reader_.take_keyword("RETURNING")) {
            return;
        }
        const bool all = reader_.take_keyword("ALL");
        if (!all) {
            reader_.expect_keyword("MODIFIED");
        }
        const bool after = reader_.take_keyword("NEW");
        if (!after) {
            reader_.expect_keyword("OLD");
        }
        if (!reader_.take_sign("*")) {
            throw validation_error(
                "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause");
        }
        using Return = Statement::Return;
        statement_.returned = all ? (after ? Return::all_new : Return::all_old)
                                  : (after ? Return::modified_new : Return::modified_old);
    }

    Reader reader_;
    Statement statement_;
    int depth_ = 0;
};

}  // namespace

Statement parse_statement(std::string_view text, const Json* parameters) {
    return StatementParser(text, parameters).parse();
}

}  // namespace orrery::dynamodb::partiql
