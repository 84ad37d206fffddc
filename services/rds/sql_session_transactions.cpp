#include "services/rds/mysql_error.h"
#include "services/rds/sql_session.h"

#include <algorithm>
#include <utility>

namespace orrery::rds {

namespace {

std::string savepoint_name(std::size_t number) {
    return "s" + std::to_string(number);
}

}  // namespace

StatementResult SqlSession::in_statement(Access access,
                                         const std::function<StatementResult()>& work) {
    if (access == Access::none) {
        return work();
    }
    const bool alone = autocommit() && !in_transaction_;
    open(access);
    connection_.run("SAVEPOINT statement");
    try {
        StatementResult result = work();
        connection_.run("RELEASE statement");
        if (alone) {
            commit();
        }
        return result;
    } catch (...) {
        // A failed statement leaves the rest of its transaction standing.
        connection_.run("ROLLBACK TO statement");
        connection_.run("RELEASE statement");
        if (alone) {
            rollback();
        }
        throw;
    }
}

void SqlSession::begin(bool read_only) {
    commit();
    in_transaction_ = true;
    read_only_ = read_only;
}

/// Opens SQLite's transaction, or takes it to where the statement needs it.
void SqlSession::open(Access access) {
    if (access == Access::write && read_only_) {
        store_.lock.release(this);
        throw MysqlError(1792, "Cannot execute statement in a READ ONLY transaction.");
    }
    if (!autocommit()) {
        in_transaction_ = true;
    }
    // A transaction that only read so far writes on the newest state, as InnoDB's does: it gives
    // its snapshot up.
    const bool renew = (access == Access::write && !writing_) ||
                       (variables_.isolation() == "READ-COMMITTED" && !writing_);
    if (connection_.in_transaction() && !renew) {
        return;
    }
    if (connection_.in_transaction()) {
        connection_.run("ROLLBACK");
    }
    connection_.run(access == Access::write ? "BEGIN IMMEDIATE" : "BEGIN");
    writing_ = access == Access::write;
    for (std::size_t number = 0; number < savepoints_.size(); ++number) {
        connection_.run("SAVEPOINT " + savepoint_name(number));
    }
}

void SqlSession::commit() {
    if (connection_.in_transaction()) {
        connection_.run("COMMIT");
    }
    in_transaction_ = false;
    finish();
}

void SqlSession::rollback() {
    if (connection_.in_transaction()) {
        connection_.run("ROLLBACK");
    }
    in_transaction_ = false;
    finish();
}

/// Gives up what only an open transaction may hold.
void SqlSession::finish() {
    if (in_transaction_) {
        return;
    }
    writing_ = false;
    read_only_ = false;
    savepoints_.clear();
    store_.lock.release(this);
}

std::size_t SqlSession::find_savepoint(const std::string& name) const {
    const auto found =
        std::find_if(savepoints_.begin(), savepoints_.end(), [&](const std::string& candidate) {
            return equal_ignoring_case(candidate, name);
        });
    return static_cast<std::size_t>(found - savepoints_.begin());
}

void SqlSession::savepoint(const std::string& name) {
    if (!in_transaction_ && autocommit()) {
        return;  // it would end with the statement
    }
    in_transaction_ = true;
    const std::size_t old = find_savepoint(name);
    if (old < savepoints_.size()) {
        savepoints_[old].clear();  // the new one takes its name
    }
    if (!connection_.in_transaction()) {
        connection_.run("BEGIN");
    }
    connection_.run("SAVEPOINT " + savepoint_name(savepoints_.size()));
    savepoints_.push_back(name);
}

void SqlSession::rollback_to(const std::string& name) {
    const std::size_t number = find_savepoint(name);
    if (number >= savepoints_.size()) {
        throw MysqlError(1305, "SAVEPOINT " + name + " does not exist");
    }
    connection_.run("ROLLBACK TO " + savepoint_name(number));
    savepoints_.resize(number + 1);
}

void SqlSession::release(const std::string& name) {
    const std::size_t number = find_savepoint(name);
    if (number >= savepoints_.size()) {
        throw MysqlError(1305, "SAVEPOINT " + name + " does not exist");
    }
    connection_.run("RELEASE " + savepoint_name(number));
    savepoints_.resize(number);
}

StatementResult SqlSession::control(const TransactionStatement& statement) {
    using Kind = TransactionStatement::Kind;
    const bool was_read_only = read_only_;
    switch (statement.kind) {
        case Kind::begin:
            begin(statement.read_only);
            if (statement.snapshot) {
                open(Access::read);
                connection_.run("SELECT count(*) FROM sqlite_schema");
            }
            break;
        case Kind::commit: commit(); break;
        case Kind::rollback: rollback(); break;
        case Kind::savepoint: savepoint(statement.name); break;
        case Kind::rollback_to: rollback_to(statement.name); break;
        case Kind::release: release(statement.name); break;
        case Kind::isolation: {
            if (in_transaction_) {
                throw MysqlError(1568,
                                 "Transaction characteristics can't be changed while a transaction "
                                 "is in progress");
            }
            std::string level = statement.name;
            std::replace(level.begin(), level.end(), ' ', '-');
            variables_.set("transaction_isolation", level);
            break;
        }
    }
    if (statement.chain) {
        begin(was_read_only);
    }
    return {};
}

}  // namespace orrery::rds
