#include "services/rds/sql/parser.h"

#include "services/rds/mysql_error.h"
#include "services/rds/sql/expression_parser.h"
#include "services/rds/sql/statement_parsers.h"
#include "services/rds/sql/text.h"

#include <algorithm>
#include <array>
#include <string>

namespace orrery::rds {

namespace {

using Transaction = TransactionStatement;

/// Statements that MySQL has and this server does not, by their first word.
constexpr std::array<std::string_view, 34> foreign_statements{
    "ALTER",    "ANALYZE",    "BINLOG",    "CACHE",   "CALL",  "CHANGE",   "CHECK",
    "CHECKSUM", "DEALLOCATE", "DO",        "EXECUTE", "FLUSH", "GET",      "GRANT",
    "HANDLER",  "IMPORT",     "INSTALL",   "KILL",    "LOAD",  "LOCK",     "OPTIMIZE",
    "PREPARE",  "PURGE",      "RENAME",    "REPAIR",  "RESET", "RESIGNAL", "REVOKE",
    "SIGNAL",   "TABLE",      "UNINSTALL", "UNLOCK",  "WITH",  "XA"};

Transaction parse_start(TokenStream& tokens) {
    tokens.expect_word("TRANSACTION");
    Transaction statement;
    while (!tokens.at_end() && !tokens.is_symbol(";")) {
        if (tokens.accept_words({"WITH", "CONSISTENT", "SNAPSHOT"})) {
            statement.snapshot = true;
        } else if (tokens.accept_words({"READ", "ONLY"})) {
            statement.read_only = true;
        } else if (!tokens.accept_words({"READ", "WRITE"})) {
            tokens.fail();
        }
        tokens.accept_symbol(",");
    }
    return statement;
}

void parse_completion(TokenStream& tokens, Transaction& statement) {
    if (tokens.accept_words({"AND", "NO", "CHAIN"})) {
        statement.chain = false;
    } else if (tokens.accept_words({"AND", "CHAIN"})) {
        statement.chain = true;
    }
    if (tokens.is_word("RELEASE")) {
        throw not_supported("COMMIT RELEASE");
    }
    if (tokens.accept_word("NO")) {
        tokens.expect_word("RELEASE");
    }
}

Transaction parse_commit_or_rollback(TokenStream& tokens, Transaction::Kind kind) {
    Transaction statement;
    statement.kind = kind;
    tokens.accept_word("WORK");
    if (kind == Transaction::Kind::rollback && tokens.accept_word("TO")) {
        tokens.accept_word("SAVEPOINT");
        statement.kind = Transaction::Kind::rollback_to;
        statement.name = tokens.expect_name();
        return statement;
    }
    parse_completion(tokens, statement);
    return statement;
}

/// SET [SESSION] TRANSACTION ISOLATION LEVEL ...; false if this is another SET.
bool parse_isolation(TokenStream& tokens, Transaction& statement) {
    if (tokens.is_word("GLOBAL") && tokens.is_word("TRANSACTION", 1)) {
        throw not_supported("SET GLOBAL TRANSACTION");
    }
    if (!tokens.accept_words({"SESSION", "TRANSACTION"}) && !tokens.accept_word("TRANSACTION")) {
        return false;
    }
    statement.kind = Transaction::Kind::isolation;
    if (tokens.is_word("READ")) {
        throw not_supported("SET TRANSACTION READ ONLY or WRITE");
    }
    tokens.expect_word("ISOLATION");
    tokens.expect_word("LEVEL");
    for (const auto level :
         {"READ COMMITTED", "READ UNCOMMITTED", "REPEATABLE READ", "SERIALIZABLE"}) {
        const std::string_view words = level;
        const auto blank = words.find(' ');
        if (blank == std::string_view::npos
                ? tokens.accept_word(words)
                : tokens.accept_words({words.substr(0, blank), words.substr(blank + 1)})) {
            statement.name = level;
            return true;
        }
    }
    tokens.fail();
}

Statement parse_transaction_or_set(TokenStream& tokens) {
    Transaction statement;
    if (tokens.accept_word("BEGIN")) {
        tokens.accept_word("WORK");
        return statement;
    }
    if (tokens.accept_word("START")) {
        return parse_start(tokens);
    }
    if (tokens.accept_word("COMMIT")) {
        return parse_commit_or_rollback(tokens, Transaction::Kind::commit);
    }
    if (tokens.accept_word("ROLLBACK")) {
        return parse_commit_or_rollback(tokens, Transaction::Kind::rollback);
    }
    tokens.expect_word("SET");
    if (parse_isolation(tokens, statement)) {
        return statement;
    }
    return parse_set(tokens);
}

Statement parse_savepoint(TokenStream& tokens, Transaction::Kind kind) {
    Transaction statement;
    statement.kind = kind;
    statement.name = tokens.expect_name();
    return statement;
}

Statement parse_one(TokenStream& tokens) {
    if (tokens.is_word("SELECT") || tokens.is_symbol("(")) {
        return std::move(*parse_select(tokens));
    }
    if (tokens.accept_word("INSERT")) {
        return parse_insert(tokens, Insert::Mode::insert);
    }
    if (tokens.accept_word("REPLACE")) {
        return parse_insert(tokens, Insert::Mode::replace);
    }
    if (tokens.accept_word("UPDATE")) {
        return parse_update(tokens);
    }
    if (tokens.accept_word("DELETE")) {
        return parse_delete(tokens);
    }
    if (tokens.accept_word("CREATE")) {
        return parse_create(tokens);
    }
    if (tokens.accept_word("DROP")) {
        return parse_drop(tokens);
    }
    if (tokens.accept_word("TRUNCATE")) {
        tokens.accept_word("TABLE");
        return TruncateTable{parse_table_name(tokens)};
    }
    if (tokens.accept_word("USE")) {
        return DatabaseStatement{DatabaseStatement::Kind::use, false, tokens.expect_name()};
    }
    if (tokens.accept_word("SHOW")) {
        return parse_show(tokens);
    }
    if (tokens.accept_word("DESCRIBE") || tokens.accept_word("DESC") ||
        tokens.accept_word("EXPLAIN")) {
        return parse_describe(tokens);
    }
    if (tokens.accept_word("SAVEPOINT")) {
        return parse_savepoint(tokens, Transaction::Kind::savepoint);
    }
    if (tokens.accept_words({"RELEASE", "SAVEPOINT"})) {
        return parse_savepoint(tokens, Transaction::Kind::release);
    }
    const auto word = to_upper(tokens.peek().text);
    if (tokens.peek().kind == Token::Kind::word &&
        std::find(foreign_statements.begin(), foreign_statements.end(), word) !=
            foreign_statements.end()) {
        throw not_supported(word);
    }
    return parse_transaction_or_set(tokens);
}

}  // namespace

Statement parse_statement(std::string_view sql, const LexicalMode& mode) {
    TokenStream tokens(sql, mode);
    if (tokens.at_end() || tokens.is_symbol(";")) {
        throw MysqlError(1065, "Query was empty");
    }
    Statement statement = parse_one(tokens);
    tokens.accept_symbol(";");
    if (!tokens.at_end()) {
        tokens.fail();
    }
    return statement;
}

std::vector<std::string_view> split_statements(std::string_view sql, const LexicalMode& mode) {
    std::vector<std::string_view> statements;
    std::size_t begin = 0;
    bool empty = true;
    for (const Token& token : tokenize(sql, mode)) {
        const bool is_separator = token.kind == Token::Kind::symbol && token.text == ";";
        if (is_separator || token.kind == Token::Kind::end) {
            if (!empty) {
                statements.push_back(sql.substr(begin, token.begin - begin));
            }
            begin = token.end;
        }
        empty = is_separator;
    }
    return statements;
}

}  // namespace orrery::rds
