#include "services/rds/sql_session.h"

#include "engine/ensure.h"
#include "services/rds/ddl.h"
#include "services/rds/mysql_error.h"
#include "services/rds/show.h"

#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace orrery::rds {

namespace {

template <typename... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};

constexpr std::uint16_t not_null_flag = 1;
constexpr std::uint16_t primary_flag = 2;
constexpr std::uint16_t unique_flag = 4;
constexpr std::uint16_t multiple_flag = 8;
constexpr std::uint16_t auto_increment_flag = 0x200;
constexpr std::uint16_t no_default_flag = 0x1000;

std::uint16_t column_flags(const Table& table, const ColumnDefinition& column) {
    unsigned flags = 0;
    if (!column.nullable) {
        flags |= not_null_flag;
        if (column.default_kind == ColumnDefinition::Default::none && !column.auto_increment) {
            flags |= no_default_flag;
        }
    }
    if (column.auto_increment) {
        flags |= auto_increment_flag;
    }
    const std::string key = key_of_column(table, column.name);
    if (!key.empty()) {
        flags |= key == "PRI" ? primary_flag : key == "UNI" ? unique_flag : multiple_flag;
    }
    return static_cast<std::uint16_t>(flags);
}

ResultColumn result_column(const OutputColumn& column) {
    ResultColumn result;
    result.name = column.label;
    result.type = column.type;
    result.table = column.table;
    if (column.origin != nullptr) {
        result.schema = column.origin->database;
        result.original_table = column.origin->name;
        result.original_name = column.column->name;
        result.flags = column_flags(*column.origin, *column.column);
    }
    return result;
}

/// An expression that could not be typed takes the type of the values it gave.
ColumnType observed_type(const std::vector<Row>& rows, std::size_t column) {
    for (const Row& row : rows) {
        const Value& value = row[column];
        if (std::holds_alternative<std::int64_t>(value)) {
            return type_of(TypeName::bigint);
        }
        if (std::holds_alternative<double>(value)) {
            return type_of(TypeName::double_number);
        }
        if (std::holds_alternative<Blob>(value)) {
            return type_of(TypeName::longblob);
        }
    }
    return type_of(TypeName::varchar);
}

MysqlError translated(const SqliteError& error) {
    const int primary = error.code() & 0xff;
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
        return {1205, "Lock wait timeout exceeded; try restarting transaction"};
    }
    const std::string text = error.what();
    if (text.find("no such table") != std::string::npos) {
        return {1412, "Table definition has changed, please retry transaction"};
    }
    return {1105, "Unknown error: the translated statement failed: " + text};
}

bool has_tables(const Select& select) {
    return !select.from.empty() ||
           std::any_of(select.arms.begin(), select.arms.end(), [](const Select::Arm& arm) {
               return has_tables(*arm.select);
           });
}

}  // namespace

SqlSession::SqlSession(Store& store,
                       std::uint32_t connection_id,
                       std::string user,
                       Counting counting)
    : store_(store),
      functions_{store.random, std::nullopt},
      connection_(store.files),
      counting_(counting) {
    install_functions(connection_, functions_);
    facts_.connection_id = connection_id;
    facts_.user = std::move(user);
    facts_.variable = [this](const std::string& name, bool global) {
        return name == "warning_count" || name == "error_count"
                   ? Value(static_cast<std::int64_t>(warnings_.size()))
                   : variables_.get(name, global);
    };
}

SqlSession::~SqlSession() {
    rollback();
    store_.lock.forget(this);
}

void SqlSession::use(const std::string& database) {
    if (!store_.catalog.has_database(database)) {
        throw unknown_database(database);
    }
    facts_.database = database;
}

void SqlSession::reset() {
    rollback();
    variables_ = Variables();
    warnings_.clear();
    facts_.last_insert_id = 0;
    facts_.row_count = -1;
}

StatementResult SqlSession::guarded(const std::function<StatementResult()>& work) {
    StatementResult result;
    functions_.error.reset();
    functions_.rules = {false, false, variables_.has_mode("NO_ZERO_DATE")};
    try {
        result = work();
    } catch (const MysqlError& error) {
        result.error = error;
    } catch (const SqliteError& error) {
        result.error = functions_.error ? *functions_.error : translated(error);
    }
    return result;
}

StatementResult SqlSession::recorded(StatementResult result) {
    if (result.error) {
        warnings_.push_back({"Error", result.error->number(), result.error->message()});
    }
    result.warnings =
        static_cast<std::uint16_t>(std::min<std::size_t>(warnings_.size(), UINT16_MAX));
    facts_.row_count =
        result.error || result.has_rows ? -1 : static_cast<std::int64_t>(result.affected);
    if (result.generated_id != 0) {
        facts_.last_insert_id = static_cast<std::int64_t>(result.generated_id);
    }
    return result;
}

void SqlSession::execute(std::string_view sql, Completion done) {
    facts_.now = store_.loop.now();
    facts_.only_full_group_by = variables_.has_mode("ONLY_FULL_GROUP_BY");
    auto statement = std::make_shared<Statement>();
    bool keeps_warnings = false;
    bool waits = false;
    const StatementResult prepared = guarded([&] {
        *statement = parse_statement(sql, variables_.lexical_mode());
        const auto* const show = std::get_if<Show>(statement.get());
        keeps_warnings = show != nullptr &&
                         (show->kind == Show::Kind::warnings || show->kind == Show::Kind::errors);
        if (!keeps_warnings) {
            warnings_.clear();
        }
        prepare(*statement);
        waits = access_of(*statement) == Access::write && !store_.lock.try_acquire(this);
        return StatementResult{};
    });
    if (prepared.error) {
        warnings_.clear();
        finish();
        return done(recorded(prepared));
    }
    const auto finish_it = [this, statement, done] {
        facts_.now = store_.loop.now();
        done(recorded(guarded([&] { return run(*statement); })));
    };
    if (!waits) {
        return finish_it();
    }
    store_.lock.wait(
        this, std::chrono::seconds(variables_.lock_wait_seconds()), finish_it, [this, done] {
            done(recorded(guarded([]() -> StatementResult {
                throw MysqlError(1205, "Lock wait timeout exceeded; try restarting transaction");
            })));
        });
}

StatementResult SqlSession::execute_now(std::string_view sql) {
    std::optional<StatementResult> answer;
    auto slot = std::make_shared<std::optional<StatementResult>*>(&answer);
    execute(sql, [slot](StatementResult result) {
        if (*slot != nullptr) {
            **slot = std::move(result);
        }
    });
    *slot = nullptr;
    if (!answer) {
        store_.lock.forget(this);
        answer.emplace();
        answer->error = MysqlError(1205, "Lock wait timeout exceeded; try restarting transaction");
    }
    return *std::move(answer);
}

SqlSession::Access SqlSession::access_of(const Statement& statement) {
    const auto read_or_lock = [&](const Select& select) {
        const bool locks =
            select.lock != RowLock::none ||
            (variables_.isolation() == "SERIALIZABLE" && (in_transaction_ || !autocommit()));
        return !has_tables(select) ? Access::none : locks ? Access::write : Access::read;
    };
    const auto create_access = [&](const CreateTable& create) {
        const std::string& database =
            create.table.database.empty() ? facts_.database : create.table.database;
        const bool exists = store_.catalog.find(database, create.table.name) != nullptr;
        return exists ? Access::none : Access::write;
    };
    return std::visit(Overloaded{[&](const Select& select) { return read_or_lock(select); },
                                 [](const Insert&) { return Access::write; },
                                 [](const Update&) { return Access::write; },
                                 [](const Delete&) { return Access::write; },
                                 [&](const CreateTable& create) { return create_access(create); },
                                 [](const DropTable&) { return Access::write; },
                                 [](const TruncateTable&) { return Access::write; },
                                 [](const DatabaseStatement& database) {
                                     return database.kind == DatabaseStatement::Kind::drop
                                                ? Access::write
                                                : Access::none;
                                 },
                                 [](const auto&) { return Access::none; }},
                      statement);
}

void SqlSession::prepare(const Statement& statement) {
    const auto* const database = std::get_if<DatabaseStatement>(&statement);
    const bool defines = std::holds_alternative<CreateTable>(statement) ||
                         std::holds_alternative<DropTable>(statement) ||
                         std::holds_alternative<TruncateTable>(statement) ||
                         (database != nullptr && database->kind != DatabaseStatement::Kind::use);
    if (defines) {
        commit();  // [MySQL manual: implicit commit]
    }
}

StatementResult SqlSession::run(const Statement& statement) {
    if (const auto* const select = std::get_if<Select>(&statement)) {
        return in_statement(access_of(statement), [&] { return run_select(*select); });
    }
    if (std::holds_alternative<Insert>(statement) || std::holds_alternative<Update>(statement) ||
        std::holds_alternative<Delete>(statement)) {
        return in_statement(Access::write, [&] { return run_dml(statement); });
    }
    if (const auto* const settings = std::get_if<SetStatement>(&statement)) {
        return set(*settings);
    }
    if (const auto* const transaction = std::get_if<TransactionStatement>(&statement)) {
        return control(*transaction);
    }
    if (const auto* const shown = std::get_if<Show>(&statement)) {
        return show(*shown, {store_.catalog, variables_, warnings_, facts_.database});
    }
    return run_definition(statement);
}

StatementResult SqlSession::run_select(const Select& select) {
    StatementResult result;
    result.has_rows = true;
    const RenderedSelect query = Renderer(store_.catalog, facts_).select(select);
    SqliteStatement statement(connection_, query.sql);
    while (statement.step()) {
        result.rows.push_back(statement.row());
    }
    for (const OutputColumn& column : query.columns) {
        result.columns.push_back(result_column(column));
        if (column.type.name == TypeName::unknown) {
            result.columns.back().type = observed_type(result.rows, result.columns.size() - 1);
        }
    }
    return result;
}

StatementResult SqlSession::run_dml(const Statement& statement) {
    const DmlExecutor::Settings settings{
        variables_.strictness(), counting_, variables_.has_mode("NO_AUTO_VALUE_ON_ZERO")};
    const auto* const insertion = std::get_if<Insert>(&statement);
    const bool strict = settings.strictness == Strictness::strict &&
                        (insertion == nullptr || insertion->mode != Insert::Mode::ignore);
    functions_.rules.strict_numbers = strict;
    functions_.rules.division_by_zero_fails =
        strict && variables_.has_mode("ERROR_FOR_DIVISION_BY_ZERO");
    DmlExecutor executor(connection_, store_.catalog, facts_, settings, warnings_);
    if (insertion != nullptr) {
        return executor.insert(*insertion);
    }
    if (const auto* const update = std::get_if<Update>(&statement)) {
        return executor.update(*update);
    }
    return executor.remove(std::get<Delete>(statement));
}

StatementResult SqlSession::set(const SetStatement& statement) {
    // All or nothing: a later mistake undoes what came before it.
    const Variables before = variables_;
    const bool was_autocommit = autocommit();
    try {
        for (const auto& setting : statement.settings) {
            set_one(setting);
        }
    } catch (...) {
        variables_ = before;
        throw;
    }
    if (!was_autocommit && autocommit()) {
        commit();
    }
    return {};
}

void SqlSession::set_one(const SetStatement::Setting& setting) {
    if (setting.scope == SetStatement::Scope::global) {
        variables_.get(setting.name, true);
        throw MysqlError(1227,
                         "Access denied; you need (at least one of) the SUPER or "
                         "SYSTEM_VARIABLES_ADMIN privilege(s) "
                         "for this operation");
    }
    Value value;
    if (setting.value) {
        SqliteStatement statement(
            connection_, "SELECT " + Renderer(store_.catalog, facts_).value(*setting.value).sql);
        ENSURE(statement.step());
        value = statement.value(0);
    }
    if (setting.name == "names") {
        const std::string character_set = setting.value ? to_text(value) : "utf8mb4";
        const Collation* const collation = setting.collation.empty()
                                               ? default_collation(character_set)
                                               : find_collation(setting.collation);
        if (collation == nullptr || default_collation(character_set) == nullptr) {
            throw not_supported("SET NAMES " + character_set + " " + setting.collation);
        }
        for (const auto* const name :
             {"character_set_client", "character_set_connection", "character_set_results"}) {
            variables_.set(name, character_set);
        }
        variables_.set("collation_connection", std::string(collation->name));
        return;
    }
    if (!setting.value) {
        return variables_.set_default(setting.name);
    }
    if (setting.name == "transaction_isolation" && in_transaction_) {
        throw MysqlError(
            1568,
            "Transaction characteristics can't be changed while a transaction is in progress");
    }
    variables_.set(setting.name, value);
}

}  // namespace orrery::rds
