#include "engine/random.h"
#include "services/rds/protocol/authentication.h"
#include "services/rds/protocol/mysql_session.h"
#include "services/rds/protocol/packet.h"
#include "tests/services/rds/sql_support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::rds;

namespace {

const std::string salt = "abcdefghijklmnopqrst";
constexpr std::uint32_t usual = capability::protocol_41 | capability::secure_connection |
                                capability::plugin_auth | capability::connect_with_db |
                                capability::plugin_auth_lenenc;

/// A backend on a real store, and the server's end of a connection to it.
struct Connection : SqlFixture, MysqlBackend {
    explicit Connection(std::string_view plugin = native_plugin)
        : session(*this,
                  8,
                  salt,
                  plugin,
                  {[this](const std::string& bytes) { received.feed(bytes); },
                   [this] { closed = true; }}) {
        session.start();
        greeting = next();
    }

    std::optional<std::string> password_of(const std::string& user) override {
        return user == "admin" ? std::optional<std::string>("secret99") : std::nullopt;
    }
    void open(const Login& login) override {
        sql = std::make_unique<SqlSession>(
            store, 8, login.user, login.found_rows ? Counting::found_rows : Counting::changed_rows);
        if (!login.database.empty()) {
            sql->use(login.database);
        }
    }
    void execute(std::string text, std::function<void(StatementResult)> done) override {
        sql->execute(text, done);
    }
    void use(const std::string& database) override { sql->use(database); }
    void reset() override { sql->reset(); }
    std::uint16_t status_flags() const override {
        return sql && sql->autocommit() ? status::autocommit : 0;
    }
    LexicalMode lexical_mode() const override { return sql->lexical_mode(); }

    /// The next payload that the server has sent; "" if there is none.
    std::string next() {
        const auto payload = received.next(max_allowed_packet);
        return payload ? payload->bytes : "";
    }
    void send(std::string_view payload, std::uint8_t sequence) {
        std::string bytes;
        append_packets(bytes, payload, sequence);
        session.receive(bytes);
    }
    void log_in(const std::string& user = "admin",
                const std::string& password = "secret99",
                const std::string& database = "ExampleDB",
                std::string_view plugin = native_plugin,
                std::uint32_t capabilities = usual) {
        PacketWriter writer;
        writer.u32(capabilities)
            .u32(1U << 24U)
            .u8(45)
            .bytes(std::string(23, '\0'))
            .zero_terminated(user);
        writer.lenenc_bytes(is_known_plugin(plugin) ? password_proof(plugin, password, salt)
                                                    : "whatever");
        writer.zero_terminated(database).zero_terminated(plugin);
        send(writer.payload(), 1);
    }
    void command(std::uint8_t code, const std::string& text = "") {
        send(static_cast<char>(code) + text, 0);
    }

    PacketAssembler received;
    std::string greeting;
    bool closed = false;
    std::unique_ptr<SqlSession> sql;
    MysqlSession session;
};

/// "1045 28000 Access denied ..." of an error payload.
std::string error_of(const std::string& payload) {
    PacketReader reader(payload);
    if (payload.empty() || reader.u8() != 0xFF) {
        return "no error";
    }
    const auto number = reader.u16();
    reader.u8();
    const std::string state(reader.bytes(5));
    return std::to_string(number) + " " + state + " " + std::string(reader.rest());
}

bool is_ok(const std::string& payload) {
    return !payload.empty() && payload[0] == '\0';
}

}  // namespace

TEST_CASE("rds protocol: the greeting is HandshakeV10 with honest capabilities") {
    Connection connection;
    PacketReader reader(connection.greeting);
    CHECK(reader.u8() == 10);
    CHECK(reader.zero_terminated() == "8.0.43");
    CHECK(reader.u32() == 8);
    CHECK(reader.bytes(8) == salt.substr(0, 8));
    reader.u8();
    const std::uint32_t low = reader.u16();
    reader.u8();
    CHECK(reader.u16() == status::autocommit);
    const std::uint32_t capabilities = low | static_cast<std::uint32_t>(reader.u16()) << 16U;
    CHECK((capabilities & capability::plugin_auth) != 0);
    CHECK((capabilities & capability::ssl) == 0);
    CHECK((capabilities & 0x08800000U) == 0);  // no query attributes, no session tracking
    CHECK(reader.u8() == 21);
    reader.bytes(10);
    CHECK(reader.zero_terminated() == salt.substr(8));
    CHECK(reader.zero_terminated() == native_plugin);
}

TEST_CASE("rds protocol: both password plugins let the right password in") {
    Connection native;
    native.log_in();
    CHECK(is_ok(native.next()));
    Connection sha2(sha2_plugin);
    sha2.log_in("admin", "secret99", "ExampleDB", sha2_plugin);
    CHECK(sha2.next() == "\x01\x03");
    CHECK(is_ok(sha2.next()));
}

TEST_CASE("rds protocol: a client with another plugin is asked to switch") {
    Connection connection;
    connection.log_in("admin", "secret99", "ExampleDB", "client_ed25519");
    CHECK(connection.next() == "\xFE" + std::string(native_plugin) + '\0' + salt + '\0');
    connection.send(password_proof(native_plugin, "secret99", salt), 3);
    CHECK(is_ok(connection.next()));
}

TEST_CASE(
    "rds protocol: wrong passwords, users and databases are turned away with MySQL's errors") {
    Connection wrong;
    wrong.log_in("admin", "guess");
    CHECK(error_of(wrong.next()) ==
          "1045 28000 Access denied for user 'admin'@'%' (using password: YES)");
    CHECK(wrong.closed);
    Connection empty;
    empty.log_in("admin", "");
    CHECK(error_of(empty.next()) ==
          "1045 28000 Access denied for user 'admin'@'%' (using password: NO)");
    Connection stranger;
    stranger.log_in("root");
    CHECK(error_of(stranger.next()) ==
          "1045 28000 Access denied for user 'root'@'%' (using password: YES)");
    Connection nowhere;
    nowhere.log_in("admin", "secret99", "nowhere");
    CHECK(error_of(nowhere.next()) == "1049 42000 Unknown database 'nowhere'");
    Connection old;
    old.log_in("admin", "secret99", "", native_plugin, capability::connect_with_db);
    CHECK(error_of(old.next()) == "1043 08S01 Bad handshake");
}

TEST_CASE("rds protocol: a query answers columns and rows") {
    Connection connection;
    connection.log_in();
    connection.next();
    connection.command(0x03, "select 1021 as id, 'Martha' as name, null");
    CHECK(connection.next() == "\x03");
    const std::string first = connection.next();
    PacketReader reader(first);
    CHECK(reader.lenenc_bytes() == "def");
    reader.lenenc_bytes();
    reader.lenenc_bytes();
    reader.lenenc_bytes();
    CHECK(reader.lenenc_bytes() == "id");
    reader.lenenc_bytes();
    CHECK(reader.lenenc_integer() == 12);
    CHECK(reader.u16() == 63);
    reader.u32();
    CHECK(reader.u8() == 8);  // BIGINT
    connection.next();
    connection.next();
    CHECK(connection.next().substr(0, 1) == "\xFE");
    CHECK(connection.next() ==
          "\x04"
          "1021\x06"
          "Martha\xFB");
    CHECK(connection.next().substr(0, 1) == "\xFE");
    CHECK(connection.next().empty());
}

TEST_CASE("rds protocol: the commands that are there, and an error naming one that is not") {
    Connection connection;
    connection.log_in();
    connection.next();
    connection.command(0x0e);
    CHECK(is_ok(connection.next()));
    connection.command(0x02, "nowhere");
    CHECK(error_of(connection.next()) == "1049 42000 Unknown database 'nowhere'");
    connection.command(0x02, "ExampleDB");
    CHECK(is_ok(connection.next()));
    connection.command(0x16, "select ?");
    CHECK(error_of(connection.next()) ==
          "1047 08S01 Unknown command: COM_STMT_PREPARE is not supported");
    connection.command(0x1f);
    CHECK(is_ok(connection.next()));
    connection.command(0x03, "select 1; select 2");
    CHECK(error_of(connection.next()).substr(0, 4) == "1064");
    connection.command(0x01);
    CHECK(connection.closed);
}

TEST_CASE(
    "rds protocol: several statements answer one after the other if the client asked for that") {
    Connection connection;
    connection.log_in("admin",
                      "secret99",
                      "ExampleDB",
                      native_plugin,
                      usual | capability::multi_statements | capability::multi_results);
    connection.next();
    connection.command(0x03,
                       "create table t (a int); insert into t values (1), (2); nonsense; select 1");
    const std::string created = connection.next();
    REQUIRE(is_ok(created));
    CHECK((created[3] & status::more_results) != 0);
    const std::string inserted = connection.next();
    CHECK(inserted[1] == 2);
    CHECK(error_of(connection.next()).substr(0, 4) == "1064");
    CHECK(connection.next().empty());
}

TEST_CASE("rds protocol: packets are put together however they are cut") {
    std::string bytes;
    std::uint8_t sequence = 0;
    const std::string payload(longest_packet + 5, 'x');
    append_packets(bytes, payload, sequence);
    CHECK(sequence == 2);
    PacketAssembler assembler;
    assembler.feed(bytes.substr(0, 3));
    CHECK_FALSE(assembler.next(max_allowed_packet));
    assembler.feed(bytes.substr(3, longest_packet + 3));
    CHECK_FALSE(assembler.next(max_allowed_packet));
    assembler.feed(bytes.substr(longest_packet + 6));
    const auto whole = assembler.next(max_allowed_packet);
    REQUIRE(whole);
    CHECK(whole->bytes == payload);
    CHECK(whole->sequence == 1);
    PacketAssembler small;
    small.feed(bytes);
    CHECK_THROWS_AS(small.next(1000), MalformedPacket);
}

TEST_CASE("rds protocol: length-encoded fields never reach past the packet") {
    for (const std::string payload : {"\xFC\x01",
                                      "\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
                                      "\x05"
                                      "abc",
                                      "\xFB",
                                      ""}) {
        PacketReader reader(payload);
        CHECK_THROWS_AS(reader.lenenc_bytes(), MalformedPacket);
    }
}

TEST_CASE("rds protocol: no bytes whatever bring a session down") {
    RandomStream random(7);
    for (int round = 0; round < 300; ++round) {
        Connection connection;
        if (round % 2 == 1) {
            connection.log_in();
        }
        for (int packet = 0; packet < 8 && !connection.closed; ++packet) {
            std::string payload;
            const auto size = random.below(200);
            for (std::uint64_t index = 0; index < size; ++index) {
                payload += static_cast<char>(random.below(256));
            }
            if (random.below(2) == 0 && !payload.empty()) {
                payload[0] = '\x03';
            }
            std::string bytes = payload;
            if (random.below(4) != 0) {
                bytes.clear();
                auto sequence = static_cast<std::uint8_t>(round % 2 == 1 ? 0 : random.below(3));
                append_packets(bytes, payload, sequence);
            }
            connection.session.receive(bytes);
        }
        // Whatever became of that client, the next one is served.
        CHECK(run(*connection.connect(), "select 1") == "1");
    }
}

TEST_CASE("rds sql: no mangled statement brings a session down") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, "create table t (id int primary key, n varchar(20), d datetime)");
    const std::string statements[] = {
        "insert into t (id, n, d) values (1, 'a', now()), (2, concat('b', 1.5), null) on duplicate "
        "key update n = values(n)",
        "select id, count(*), if(n = 'x', 1, 2.5) from t left join (select 1 as k) s on s.k = id "
        "where d between '2026-01-01' and now() "
        "group by id having count(*) > 0 order by 1 desc limit 3, 4",
        "update t set n = substring(n, 1, 3), id = id + 1 where n like 'a%' and id in (1, 2, "
        "(select max(id) from t)) limit 2",
        "create table if not exists u (`a b` decimal(10,2) unsigned not null default '1.5' comment "
        "'x', key (`a b`)) engine=InnoDB",
    };
    RandomStream random(11);
    for (int round = 0; round < 2000; ++round) {
        std::string sql = statements[random.below(4)];
        for (std::uint64_t edits = random.below(4) + 1; edits > 0; --edits) {
            const auto at = static_cast<std::size_t>(random.below(sql.size()));
            const auto other = static_cast<std::size_t>(random.below(sql.size()));
            switch (random.below(3)) {
                case 0: sql.erase(at, random.below(6) + 1); break;
                case 1: sql.insert(at, sql.substr(other, random.below(9))); break;
                default: sql[at] = static_cast<char>(random.below(256));
            }
            sql += sql.empty() ? " " : "";
        }
        run(*session, sql);
    }
    CHECK(run(*session, "select 1") == "1");
}
