#include "services/rds/instance.h"

#include "services/rds/protocol/authentication.h"
#include "services/rds/protocol/mysql_session.h"
#include "services/rds/protocol/packet.h"

#include <system_error>
#include <utility>

namespace orrery::rds {

namespace {

constexpr std::size_t most_connections = 100;
constexpr std::uint32_t admin_connection_id = 7;
constexpr std::size_t traced_sql_bytes = 1000;
/// [RDS for MySQL 8.0: default_authentication_plugin]
constexpr std::string_view greeting_plugin = native_plugin;

/// Addresses of loopback that instances may have; another run may hold any of them.
constexpr int address_candidates = 60000;

std::string candidate_address(int number) {
    return "127.33." + std::to_string(number / 250) + "." + std::to_string(number % 250 + 1);
}

std::unique_ptr<TcpServer> listen(Loop& loop, std::uint16_t port, const TcpServer::Accept& accept) {
    for (int number = 0; number < address_candidates; ++number) {
        try {
            return std::make_unique<TcpServer>(
                loop, Endpoint{candidate_address(number), port}, accept);
        } catch (const std::system_error& error) {
            if (error.code() != std::errc::address_in_use) {
                break;  // the port is not allowed here, or there is only 127.0.0.1
            }
        }
    }
    return std::make_unique<TcpServer>(loop, Endpoint{"127.0.0.1", 0}, accept);
}

/// At most `traced_sql_bytes`, and never half a character.
std::string_view clipped(std::string_view sql) {
    if (sql.size() <= traced_sql_bytes) {
        return sql;
    }
    std::size_t end = traced_sql_bytes;
    while (end > 0 && (static_cast<unsigned char>(sql[end]) & 0xC0U) == 0x80) {
        --end;
    }
    return sql.substr(0, end);
}

std::string make_salt(RandomStream& random) {
    std::string salt;
    for (int index = 0; index < 20; ++index) {
        salt += static_cast<char>(0x21 + random.below(0x5e));
    }
    return salt;
}

}  // namespace

/// The session of one accepted connection: protocol on one side, SQL on the other.
class ClientConnection final : public MysqlBackend {
public:
    ClientConnection(Instance& instance, std::uint32_t id, std::shared_ptr<TcpConnection> socket)
        : instance_(instance),
          id_(id),
          socket_(std::move(socket)),
          protocol_(*this,
                    id,
                    make_salt(instance.store_.random),
                    greeting_plugin,
                    {[this](std::string bytes) { socket_->send(std::move(bytes)); },
                     [this] { socket_->close(); }}) {}

    void start() { protocol_.start(); }
    void receive(std::string_view bytes) { protocol_.receive(bytes); }
    void close() { socket_->close(); }

    void trace_closed() {
        if (session_) {
            instance_.world_.trace.record(
                instance_.source_, "rds.connection.closed", {{"connection_id", id_}});
        }
    }

    std::optional<std::string> password_of(const std::string& user) override {
        return user == instance_.settings_.user ? std::optional(instance_.settings_.password)
                                                : std::nullopt;
    }

    void open(const Login& login) override {
        const auto counting = login.found_rows ? Counting::found_rows : Counting::changed_rows;
        auto session = std::make_unique<SqlSession>(instance_.store_, id_, login.user, counting);
        if (!login.database.empty()) {
            session->use(login.database);
        }
        session_ = std::move(session);
        instance_.world_.trace.record(
            instance_.source_,
            "rds.connection.opened",
            {{"connection_id", id_}, {"user", login.user}, {"database", login.database}});
    }

    void execute(std::string sql, std::function<void(StatementResult)> done) override {
        session_->execute(sql, [this, sql, done = std::move(done)](StatementResult result) {
            trace_statement(sql, result);
            instance_.world_.loop.after(
                instance_.latency_,
                [done, result = std::move(result)]() mutable { done(std::move(result)); });
        });
    }

    void use(const std::string& database) override { session_->use(database); }
    void reset() override { session_->reset(); }
    LexicalMode lexical_mode() const override { return session_->lexical_mode(); }

    std::uint16_t status_flags() const override {
        if (!session_) {
            return status::autocommit;
        }
        unsigned flags = session_->autocommit() ? status::autocommit : 0U;
        flags |= session_->in_transaction() ? status::in_transaction : 0U;
        flags |= session_->lexical_mode().no_backslash_escapes ? status::no_backslash_escapes : 0U;
        return static_cast<std::uint16_t>(flags);
    }

private:
    void trace_statement(const std::string& sql, const StatementResult& result) {
        const TraceField connection("connection_id", id_);
        const TraceField text("sql", clipped(sql));
        Trace& trace = instance_.world_.trace;
        if (result.error) {
            trace.record(instance_.source_,
                         "rds.statement",
                         {connection, text, {"error_code", result.error->number()}});
        } else if (result.has_rows) {
            trace.record(instance_.source_,
                         "rds.statement",
                         {connection, text, {"rows", result.rows.size()}});
        } else {
            trace.record(instance_.source_,
                         "rds.statement",
                         {connection, text, {"affected", result.affected}});
        }
    }

    Instance& instance_;
    std::uint32_t id_;
    std::shared_ptr<TcpConnection> socket_;
    std::unique_ptr<SqlSession> session_;
    MysqlSession protocol_;
};

Instance::Instance(World& world, InstanceSettings settings, const Duration& latency)
    : world_(world),
      settings_(std::move(settings)),
      source_(settings_.scope + "rds/" + settings_.identifier),
      latency_(latency),
      store_(world, source_),
      admin_(store_, admin_connection_id, settings_.user, Counting::changed_rows),
      last_connection_id_(admin_connection_id) {
    if (!settings_.database.empty()) {
        store_.catalog.add_database(settings_.database);
        admin_.use(settings_.database);
    }
    server_ = listen(world.loop, settings_.port, [this](std::shared_ptr<TcpConnection> socket) {
        accept(std::move(socket));
    });
}

Instance::~Instance() = default;

void Instance::accept(std::shared_ptr<TcpConnection> socket) {
    if (connections_.size() >= most_connections) {
        std::string bytes;
        std::uint8_t sequence = 0;
        append_packets(bytes, error_message({1040, "Too many connections"}), sequence);
        socket->send(std::move(bytes));
        socket->close();
        return;
    }
    const std::uint32_t id = ++last_connection_id_;
    auto& connection = connections_[id] = std::make_unique<ClientConnection>(*this, id, socket);
    socket->on_receive(
        [client = connection.get()](std::string_view bytes) { client->receive(bytes); });
    // The session may be the one that closes: it is taken apart after it has returned.
    socket->on_close([this, id, alive = std::weak_ptr<bool>(alive_)] {
        if (!alive.expired()) {
            world_.loop.post([this, id, alive] {
                if (!alive.expired()) {
                    closed(id);
                }
            });
        }
    });
    connection->start();
}

void Instance::closed(std::uint32_t id) {
    const auto found = connections_.find(id);
    if (found != connections_.end()) {
        found->second->trace_closed();
        connections_.erase(found);
    }
}

void Instance::close_connections() {
    for (const auto& [id, connection] : connections_) {
        connection->trace_closed();
        connection->close();
    }
}

}  // namespace orrery::rds
