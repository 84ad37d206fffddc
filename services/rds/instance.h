/// One running database instance: its store, its listener and its clients' connections.
#pragma once

#include "engine/net/tcp_server.h"
#include "engine/world.h"
#include "services/rds/sql_session.h"
#include "services/rds/store.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace orrery::rds {

class ClientConnection;

/// What a CreateDBInstance asks for.
struct InstanceSettings {
    std::string identifier;  // in lower case
    std::string host;
    std::string database;  // may be ""
    std::string user;
    std::string password;
    std::uint16_t port = 3306;
    std::string scope;  // aws::Identity::scope()
};

class Instance {
public:
    /// `latency` is read at every statement. Throws std::system_error if no address is free.
    Instance(World& world, InstanceSettings settings, const Duration& latency);
    ~Instance();
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    const InstanceSettings& settings() const { return settings_; }
    const Endpoint& bound() const { return server_->endpoint(); }
    StatementResult query(std::string_view sql) { return admin_.execute_now(sql); }
    /// Ends every connection, with its trace event.
    void close_connections();

private:
    friend class ClientConnection;

    void accept(std::shared_ptr<TcpConnection> socket);
    void closed(std::uint32_t id);

    World& world_;
    InstanceSettings settings_;
    std::string source_;  // "rds/<identifier>", in the trace
    const Duration& latency_;
    Store store_;
    SqlSession admin_;
    std::uint32_t last_connection_id_;
    std::map<std::uint32_t, std::unique_ptr<ClientConnection>> connections_;
    std::unique_ptr<TcpServer> server_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace orrery::rds
