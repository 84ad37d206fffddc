/// One connection's SQL session: runs statements, holds its transaction, variables and warnings.
/// Knows no wire protocol.
#pragma once

#include "services/rds/coercion.h"
#include "services/rds/dml.h"
#include "services/rds/result.h"
#include "services/rds/sql/parser.h"
#include "services/rds/storage/user_functions.h"
#include "services/rds/store.h"
#include "services/rds/variables.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::rds {

class SqlSession {
public:
    using Completion = std::function<void(StatementResult)>;

    /// `store` must outlive the session.
    SqlSession(Store& store, std::uint32_t connection_id, std::string user, Counting counting);
    /// Rolls back what is open.
    ~SqlSession();
    SqlSession(const SqlSession&) = delete;
    SqlSession& operator=(const SqlSession&) = delete;

    /// Runs one statement. `done` is called once: at once, or when the lock for writing was got or
    /// waited for in vain. The next statement must not come before.
    void execute(std::string_view sql, Completion done);
    /// Runs one statement that may not wait: a lock held by another is error 1205.
    StatementResult execute_now(std::string_view sql);

    /// Throws MysqlError 1049.
    void use(const std::string& database);
    /// COM_RESET_CONNECTION: as new, but for the user and the database.
    void reset();

    const std::string& database() const { return facts_.database; }
    bool autocommit() const { return variables_.autocommit(); }
    bool in_transaction() const { return in_transaction_; }
    LexicalMode lexical_mode() const { return variables_.lexical_mode(); }
    std::size_t warning_count() const { return warnings_.size(); }

private:
    enum class Access : std::uint8_t { none, read, write };

    StatementResult guarded(const std::function<StatementResult()>& work);
    /// Notes what the next statements may ask: warnings, ROW_COUNT(), LAST_INSERT_ID().
    StatementResult recorded(StatementResult result);
    StatementResult run(const Statement& statement);
    Access access_of(const Statement& statement);
    void prepare(const Statement& statement);

    StatementResult run_select(const Select& select);
    StatementResult run_dml(const Statement& statement);
    StatementResult set(const SetStatement& statement);
    void set_one(const SetStatement::Setting& setting);
    StatementResult control(const TransactionStatement& statement);

    // sql_session_definitions.cpp
    StatementResult run_definition(const Statement& statement);
    StatementResult create(const CreateTable& create);
    StatementResult drop(const DropTable& drop);
    StatementResult change_database(const DatabaseStatement& statement);

    // sql_session_transactions.cpp
    StatementResult in_statement(Access access, const std::function<StatementResult()>& work);
    void begin(bool read_only);
    void open(Access access);
    void commit();
    void rollback();
    void finish();
    void savepoint(const std::string& name);
    void rollback_to(const std::string& name);
    void release(const std::string& name);
    std::size_t find_savepoint(const std::string& name) const;

    Store& store_;
    FunctionContext functions_;
    SqliteConnection connection_;
    SessionFacts facts_;
    Variables variables_;
    Counting counting_;
    std::vector<Warning> warnings_;

    bool in_transaction_ = false;  // what the status flag shows
    bool read_only_ = false;
    bool writing_ = false;  // SQLite's transaction has begun to write and is on the newest snapshot
    std::vector<std::string> savepoints_;  // number i is "s<i>" in SQLite
};

}  // namespace orrery::rds
