#include "services/rds/protocol/mysql_session.h"

#include "services/rds/protocol/authentication.h"
#include "services/rds/sql/parser.h"
#include "services/rds/variables.h"

#include <array>
#include <utility>

namespace orrery::rds {

namespace {

/// Only what is implemented: a client may rely on every bit.
constexpr std::uint32_t offered =
    capability::long_password | capability::found_rows | capability::long_flag |
    capability::connect_with_db | capability::protocol_41 | capability::transactions |
    capability::secure_connection | capability::multi_statements | capability::multi_results |
    capability::plugin_auth | capability::connect_attributes | capability::plugin_auth_lenenc |
    capability::deprecate_eof;
constexpr std::size_t longest_login = 1U << 20U;

enum Command : std::uint8_t {
    com_quit = 0x01,
    com_init_db = 0x02,
    com_query = 0x03,
    com_ping = 0x0e,
    com_set_option = 0x1b,
    com_reset_connection = 0x1f,
};

struct CommandName {
    std::uint8_t code;
    std::string_view name;
};
/// Commands that MySQL has and this server does not.
constexpr std::array foreign_commands = std::to_array<CommandName>({
    {0x04, "COM_FIELD_LIST"},
    {0x07, "COM_REFRESH"},
    {0x08, "COM_SHUTDOWN"},
    {0x09, "COM_STATISTICS"},
    {0x0a, "COM_PROCESS_INFO"},
    {0x0c, "COM_PROCESS_KILL"},
    {0x0d, "COM_DEBUG"},
    {0x11, "COM_CHANGE_USER"},
    {0x12, "COM_BINLOG_DUMP"},
    {0x15, "COM_REGISTER_SLAVE"},
    {0x16, "COM_STMT_PREPARE"},
    {0x17, "COM_STMT_EXECUTE"},
    {0x18, "COM_STMT_SEND_LONG_DATA"},
    {0x19, "COM_STMT_CLOSE"},
    {0x1a, "COM_STMT_RESET"},
    {0x1c, "COM_STMT_FETCH"},
    {0x1e, "COM_BINLOG_DUMP_GTID"},
    {0x20, "COM_CLONE"},
});

MysqlError unknown_command(std::uint8_t code) {
    for (const CommandName& row : foreign_commands) {
        if (row.code == code) {
            return {1047, "Unknown command: " + std::string(row.name) + " is not supported"};
        }
    }
    return {1047, "Unknown command " + std::to_string(code)};
}

}  // namespace

MysqlSession::MysqlSession(MysqlBackend& backend,
                           std::uint32_t connection_id,
                           std::string salt,
                           std::string_view plugin,
                           Output output)
    : backend_(backend),
      connection_id_(connection_id),
      salt_(std::move(salt)),
      plugin_(plugin),
      output_(std::move(output)),
      self_(std::make_shared<MysqlSession*>(this)) {}

void MysqlSession::start() {
    PacketWriter writer;
    writer.u8(10).zero_terminated(server_version).u32(connection_id_);
    writer.bytes(std::string_view(salt_).substr(0, 8)).u8(0).u16(offered & 0xFFFFU);
    writer.u8(255).u16(status::autocommit).u16(offered >> 16U).u8(21).bytes(std::string(10, '\0'));
    writer.zero_terminated(std::string_view(salt_).substr(8)).zero_terminated(plugin_);
    send(writer.payload());
    flush();
}

MessageContext MysqlSession::context(bool more) const {
    const auto flags = state_ == State::greeted ? status::autocommit : backend_.status_flags();
    return {capabilities_, static_cast<std::uint16_t>(more ? flags | status::more_results : flags)};
}

void MysqlSession::send(std::string_view payload) {
    append_packets(outgoing_, payload, sequence_);
}

void MysqlSession::flush() {
    if (!outgoing_.empty()) {
        output_.send(std::exchange(outgoing_, std::string()));
    }
}

void MysqlSession::fail(const MysqlError& error) {
    send(error_message(error));
    flush();
}

void MysqlSession::fail_and_close(const MysqlError& error) {
    fail(error);
    close();
}

void MysqlSession::close() {
    if (state_ != State::closed) {
        state_ = State::closed;
        output_.close();
    }
}

void MysqlSession::receive(std::string_view bytes) {
    if (state_ != State::closed) {
        assembler_.feed(bytes);
        take_payloads();
    }
}

void MysqlSession::take_payloads() {
    const auto self = self_;
    try {
        // While a statement runs, what the client sends ahead of the answer waits.
        while (*self != nullptr && state_ != State::closed && state_ != State::running) {
            const bool logged_in = state_ == State::ready;
            const auto payload = assembler_.next(logged_in ? max_allowed_packet : longest_login);
            if (!payload) {
                return;
            }
            take(*payload);
        }
    } catch (const MalformedPacket&) {
        ++sequence_;
        state_ == State::ready
            ? fail_and_close({1153, "Got a packet bigger than 'max_allowed_packet' bytes"})
            : fail_and_close({1043, "Bad handshake"});
    }
}

void MysqlSession::take(const PacketAssembler::Payload& payload) {
    const bool is_command = state_ == State::ready;
    const auto expected = is_command ? payload.bytes.size() / longest_packet : sequence_;
    sequence_ = static_cast<std::uint8_t>(payload.sequence + 1);
    if (payload.sequence != static_cast<std::uint8_t>(expected)) {
        return fail_and_close({1156, "Got packets out of order"});
    }
    switch (state_) {
        case State::greeted: return take_login(payload.bytes);
        case State::switching_plugin: return authenticate(payload.bytes);
        case State::ready: return take_command(payload.bytes);
        default: return;
    }
}

void MysqlSession::take_login(std::string_view payload) {
    PacketReader reader(payload);
    const std::uint32_t wanted = reader.u32();
    if ((wanted & capability::protocol_41) == 0 || (wanted & capability::ssl) != 0) {
        return fail_and_close({1043, "Bad handshake"});
    }
    capabilities_ = wanted & offered;
    reader.u32();  // the client's own packet limit
    reader.u8();   // its character set: all text here is UTF-8
    reader.bytes(23);
    login_.user = reader.zero_terminated();
    const std::string proof((capabilities_ & capability::plugin_auth_lenenc) != 0
                                ? reader.lenenc_bytes()
                                : reader.bytes(reader.u8()));
    if ((capabilities_ & capability::connect_with_db) != 0) {
        login_.database = reader.zero_terminated();
    }
    login_.found_rows = (capabilities_ & capability::found_rows) != 0;
    const std::string plugin(
        (capabilities_ & capability::plugin_auth) != 0 ? reader.zero_terminated() : native_plugin);
    const std::size_t proof_size = plugin == native_plugin ? 20 : 32;
    if (is_known_plugin(plugin) && (proof.empty() || proof.size() == proof_size)) {
        plugin_ = plugin;
        return authenticate(proof);
    }
    state_ = State::switching_plugin;
    send(PacketWriter().u8(0xFE).zero_terminated(plugin_).zero_terminated(salt_).payload());
    flush();
}

void MysqlSession::deny(std::string_view proof) {
    // The host is never shown as it is: it says nothing about the simulated network.
    fail_and_close({1045,
                    "Access denied for user " + in_quotes(login_.user) +
                        "@'%' (using password: " + (proof.empty() ? "NO)" : "YES)")});
}

void MysqlSession::authenticate(std::string_view proof) {
    const auto password = backend_.password_of(login_.user);
    if (!password || proof != password_proof(plugin_, *password, salt_)) {
        return deny(proof);
    }
    if (plugin_ == sha2_plugin && !proof.empty()) {
        send(PacketWriter().u8(0x01).u8(0x03).payload());  // fast authentication succeeded
    }
    log_in();
}

void MysqlSession::log_in() {
    try {
        backend_.open(login_);
    } catch (const MysqlError& error) {
        return fail_and_close(error);
    }
    state_ = State::ready;
    answer_ok();
}

void MysqlSession::answer_ok() {
    send(ok_message(context(), {}));
    flush();
}

void MysqlSession::take_command(std::string_view payload) {
    if (payload.empty()) {
        return fail(unknown_command(0));
    }
    const auto command = static_cast<std::uint8_t>(payload.front());
    const auto parameters = payload.substr(1);
    try {
        switch (command) {
            case com_quit: return close();
            case com_query: return run_query(parameters);
            case com_ping: return answer_ok();
            case com_init_db: backend_.use(std::string(parameters)); return answer_ok();
            case com_reset_connection: backend_.reset(); return answer_ok();
            case com_set_option: return set_option(parameters);
            default: return fail(unknown_command(command));
        }
    } catch (const MysqlError& error) {
        fail(error);
    }
}

void MysqlSession::set_option(std::string_view parameters) {
    if (parameters.size() != 2 || (parameters[0] != '\0' && parameters[0] != '\1') ||
        parameters[1] != '\0') {
        throw unknown_command(com_set_option);
    }
    if (parameters[0] == '\0') {
        capabilities_ |= capability::multi_statements | capability::multi_results;
    } else {
        capabilities_ &= ~capability::multi_statements;
    }
    send((capabilities_ & capability::deprecate_eof) != 0 ? end_of_rows_message(context(), {})
                                                          : eof_message(context(), 0));
    flush();
}

void MysqlSession::run_query(std::string_view sql) {
    statements_.clear();
    if ((capabilities_ & capability::multi_statements) != 0) {
        for (const std::string_view statement : split_statements(sql, backend_.lexical_mode())) {
            statements_.emplace_back(statement);
        }
    }
    if (statements_.empty()) {
        statements_.emplace_back(sql);
    }
    run_next();
}

void MysqlSession::run_next() {
    state_ = State::running;
    std::string sql = std::move(statements_.front());
    statements_.pop_front();
    backend_.execute(std::move(sql), [self = self_](const StatementResult& result) {
        MysqlSession* const session = *self;
        if (session == nullptr || session->state_ == State::closed) {
            return;
        }
        const bool more = !session->statements_.empty() && !result.error;
        session->state_ = State::ready;
        session->answer(result, more);
        if (more) {
            session->run_next();
        } else {
            session->flush();
            session->take_payloads();
        }
    });
}

void MysqlSession::answer(const StatementResult& result, bool more) {
    if (result.error) {
        return send(error_message(*result.error));
    }
    const MessageContext now = context(more);
    if (!result.has_rows) {
        return send(ok_message(now, result));
    }
    send(PacketWriter().lenenc_integer(result.columns.size()).payload());
    for (const ResultColumn& column : result.columns) {
        send(column_message(column));
    }
    if ((capabilities_ & capability::deprecate_eof) == 0) {
        send(eof_message(now, 0));
    }
    for (const Row& row : result.rows) {
        send(row_message(result, row));
    }
    send(end_of_rows_message(now, result));
}

}  // namespace orrery::rds
