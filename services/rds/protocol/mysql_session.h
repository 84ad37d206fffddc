/// The server's end of one MySQL connection: bytes in, bytes out, what a statement means asked of a
/// backend. No sockets, no clock.
#pragma once

#include "services/rds/protocol/messages.h"
#include "services/rds/protocol/packet.h"
#include "services/rds/result.h"
#include "services/rds/sql/token.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::rds {

/// What a connection asks of the instance behind it.
class MysqlBackend {
public:
    struct Login {
        std::string user;
        std::string database;
        bool found_rows = false;
    };

    virtual ~MysqlBackend() = default;

    /// Nothing for a user that does not exist.
    virtual std::optional<std::string> password_of(const std::string& user) = 0;
    /// The password was right. Throws MysqlError (1040, 1049).
    virtual void open(const Login& login) = 0;
    /// Runs one statement; `done` is called once, now or later.
    virtual void execute(std::string sql, std::function<void(StatementResult)> done) = 0;
    /// Throws MysqlError 1049.
    virtual void use(const std::string& database) = 0;
    virtual void reset() = 0;
    /// What the status flags say now.
    virtual std::uint16_t status_flags() const = 0;
    virtual LexicalMode lexical_mode() const = 0;
};

class MysqlSession {
public:
    struct Output {
        std::function<void(std::string)> send;
        std::function<void()> close;  // after what was sent
    };

    /// `salt` is 20 bytes without zeros; `plugin` is the one that the greeting names. `backend`
    /// must outlive the session.
    MysqlSession(MysqlBackend& backend,
                 std::uint32_t connection_id,
                 std::string salt,
                 std::string_view plugin,
                 Output output);
    MysqlSession(const MysqlSession&) = delete;
    MysqlSession& operator=(const MysqlSession&) = delete;

    /// Sends the greeting.
    void start();
    void receive(std::string_view bytes);

private:
    enum class State : std::uint8_t { greeted, switching_plugin, ready, running, closed };

    void take_payloads();
    void take(const PacketAssembler::Payload& payload);
    void take_login(std::string_view payload);
    void authenticate(std::string_view proof);
    void deny(std::string_view proof);
    void log_in();

    void take_command(std::string_view payload);
    void run_query(std::string_view sql);
    void run_next();
    void answer(const StatementResult& result, bool more);
    void answer_ok();
    void set_option(std::string_view parameters);

    MessageContext context(bool more = false) const;
    void send(std::string_view payload);
    void flush();
    void fail(const MysqlError& error);
    void fail_and_close(const MysqlError& error);
    void close();

    MysqlBackend& backend_;
    std::uint32_t connection_id_;
    std::string salt_;
    std::string plugin_;
    Output output_;
    PacketAssembler assembler_;
    State state_ = State::greeted;
    std::uint8_t sequence_ = 0;
    std::uint32_t capabilities_ = 0;
    MysqlBackend::Login login_;
    std::deque<std::string> statements_;  // still to run of a command with several
    std::string outgoing_;
    /// Completions outlive the session when a connection closes while a statement waits.
    std::shared_ptr<MysqlSession*> self_;

public:
    ~MysqlSession() { *self_ = nullptr; }
};

}  // namespace orrery::rds
