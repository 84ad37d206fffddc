#include "engine/world.h"
#include "services/aws/api.h"
#include "services/rds/rds.h"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

using namespace orrery;
using namespace orrery::rds;

namespace {

struct ServiceFixture {
    ServiceFixture() { api.add(service.api()); }

    Json call(const std::string& operation, const Json& parameters) {
        return api.call_now("rds", operation, parameters);
    }
    std::string error_of(const std::string& operation, const Json& parameters) {
        try {
            call(operation, parameters);
        } catch (const aws::ApiError& error) {
            return error.code() + ": " + error.message();
        }
        return "no error";
    }
    static Json request() {
        return {{"DBInstanceIdentifier", "LambdaRDSDB"},
                {"DBInstanceClass", "db.t3.micro"},
                {"Engine", "mysql"},
                {"DBName", "ExampleDB"},
                {"MasterUsername", "admin"},
                {"MasterUserPassword", "secret99"},
                {"AllocatedStorage", 20}};
    }

    World world;
    RdsService service{world, {}};
    aws::Api api;
};

}  // namespace

TEST_CASE("rds CreateDBInstance: the instance is described with an endpoint and answers SQL") {
    ServiceFixture fixture;
    const Json created = fixture.call("CreateDBInstance", ServiceFixture::request())["DBInstance"];
    CHECK(created["DBInstanceIdentifier"] == "lambdardsdb");
    CHECK(created["DBInstanceArn"] == "arn:aws:rds:us-east-1:000000000000:db:lambdardsdb");
    CHECK(created["Endpoint"]["Port"] == 3306);
    const std::string host = created["Endpoint"]["Address"];
    CHECK(host.starts_with("lambdardsdb."));
    CHECK(host.ends_with(".us-east-1.rds.amazonaws.com"));
    CHECK(host.size() == std::string("lambdardsdb..us-east-1.rds.amazonaws.com").size() + 12);
    CHECK_FALSE(created.contains("MasterUserPassword"));
    const auto instances = fixture.service.instances();
    REQUIRE(instances.size() == 1);
    CHECK(instances[0].host == host);
    CHECK(instances[0].bound.address.starts_with("127."));
    CHECK_FALSE(fixture.service.query("lambdardsdb", "create table t (a int)").error);
    CHECK(fixture.service.query("LambdaRDSDB", "insert into t values (7)").affected == 1);
    const auto rows = fixture.service.query("lambdardsdb", "select a from t").rows;
    REQUIRE(rows.size() == 1);
    CHECK(rows[0][0] == Value(std::int64_t{7}));
    CHECK(fixture.world.trace[0].kind == "rds.instance.created");
    CHECK(fixture.world.trace[0].source == "rds/lambdardsdb");
}

TEST_CASE(
    "rds CreateDBInstance: two instances listen at addresses of their own, on the same port") {
    ServiceFixture fixture;
    fixture.call("CreateDBInstance", ServiceFixture::request());
    Json second = ServiceFixture::request();
    second["DBInstanceIdentifier"] = "second";
    fixture.call("CreateDBInstance", second);
    const auto instances = fixture.service.instances();
    REQUIRE(instances.size() == 2);
    CHECK(instances[0].bound.address != instances[1].bound.address);
    CHECK(instances[0].bound.port == 3306);
    CHECK(instances[1].bound.port == 3306);
}

TEST_CASE("rds operations: mistakes are answered with RDS's error codes") {
    ServiceFixture fixture;
    const auto with = [](const char* member, const Json& value) {
        Json request = ServiceFixture::request();
        request[member] = value;
        return request;
    };
    CHECK(fixture.error_of("CreateDBInstance", with("Engine", "postgres")) ==
          "InvalidParameterValue: Engine postgres is not emulated: the one engine that is emulated "
          "is mysql.");
    CHECK(fixture.error_of("CreateDBInstance", with("MasterUserPassword", "short")) ==
          "InvalidParameterValue: The parameter MasterUserPassword is not a valid password because "
          "it is shorter than 8 characters.");
    CHECK(fixture.error_of("CreateDBInstance", with("DBInstanceIdentifier", "1a"))
              .starts_with("InvalidParameterValue"));
    CHECK(fixture.error_of("CreateDBInstance", with("Nonsense", 1)) != "no error");
    fixture.call("CreateDBInstance", ServiceFixture::request());
    CHECK(fixture.error_of("CreateDBInstance", ServiceFixture::request()) ==
          "DBInstanceAlreadyExists: DB instance already exists");
    CHECK(fixture.error_of("DescribeDBInstances", {{"DBInstanceIdentifier", "nope"}}) ==
          "DBInstanceNotFound: DBInstance nope not found.");
    CHECK(fixture.call("DescribeDBInstances", Json::object())["DBInstances"].size() == 1);
    CHECK(fixture.error_of("DeleteDBInstance", {{"DBInstanceIdentifier", "lambdardsdb"}}) ==
          "InvalidParameterCombination: FinalDBSnapshotIdentifier is required unless "
          "SkipFinalSnapshot is specified.");
    const Json parameters{{"DBInstanceIdentifier", "lambdardsdb"}, {"SkipFinalSnapshot", true}};
    CHECK(fixture.call("DeleteDBInstance", parameters)["DBInstance"]["DBInstanceStatus"] ==
          "deleting");
    CHECK(fixture.error_of("DeleteDBInstance", parameters) ==
          "DBInstanceNotFound: DBInstance lambdardsdb not found.");
}

namespace {

/// Runs a Python program beside the loop until it ends; its exit status.
int run_python(World& world, const std::string& program) {
    const pid_t child = fork();
    if (child == 0) {
        execl("/usr/bin/python3", "python3", "-c", program.c_str(), nullptr);
        _exit(127);
    }
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        world.loop.io().restart();
        world.loop.io().poll();
        world.loop.run_until(world.loop.now() + 1ms);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool has_pymysql() {
    World world;
    return run_python(world, "import pymysql") == 0;
}

}  // namespace

TEST_CASE(
    "rds over TCP: pymysql connects, creates, inserts, commits, reads back and is refused a "
    "duplicate") {
    if (!has_pymysql()) {
        WARN("SKIPPED: /usr/bin/python3 has no pymysql (Debian: python3-pymysql)");
        return;
    }
    ServiceFixture fixture;
    fixture.call("CreateDBInstance", ServiceFixture::request());
    const InstanceInfo instance = fixture.service.instances().front();
    const std::string program = "host, port = '" + instance.bound.address + "', " +
                                std::to_string(instance.bound.port) + R"py(
import pymysql
conn = pymysql.connect(host=host, port=port, user='admin', passwd='secret99', db='ExampleDB', connect_timeout=5)
with conn.cursor() as cur:
    cur.execute("create table if not exists Customer ( CustID  int NOT NULL, Name varchar(255) NOT NULL, PRIMARY KEY (CustID))")
    cur.execute('insert into Customer (CustID, Name) values(%s, %s)', (1021, 'Martha Rivera'))
    conn.commit()
    cur.execute(f'insert into Customer (CustID, Name) values({404},"Rodolfo Avelino")')
    conn.commit()
    cur.execute("select * from Customer")
    rows = list(cur)
    assert rows == [(404, 'Rodolfo Avelino'), (1021, 'Martha Rivera')], rows
    assert type(rows[0][0]) is int and type(rows[0][1]) is str
    for values in ((1021, 'Again'),):
        try:
            cur.execute('insert into Customer (CustID, Name) values(%s, %s)', values)
            raise SystemExit('no error')
        except pymysql.err.IntegrityError as error:
            assert error.args == (1062, "Duplicate entry '1021' for key 'Customer.PRIMARY'"), error.args
    conn.rollback()
    cur.execute("select 5/2, now(), cast('2026-01-02' as date), null, 1.5e0, count(*), sum(CustID) from Customer")
    import datetime, decimal
    row = cur.fetchone()
    assert row[0] == decimal.Decimal('2.5000') and type(row[1]) is datetime.datetime and row[1].year == 2026, row
    assert row[2:] == (datetime.date(2026, 1, 2), None, 1.5, 2, decimal.Decimal(1425)), row
    cur.executemany('insert into Customer values (%s, %s)', [(n, 'é %d' % n) for n in range(2000, 2499)])
    assert cur.rowcount == 499
conn.close()
try:
    pymysql.connect(host=host, port=port, user='admin', passwd='wrong', db='ExampleDB')
    raise SystemExit('no error')
except pymysql.err.OperationalError as error:
    assert error.args == (1045, "Access denied for user 'admin'@'%' (using password: YES)"), error.args
)py";
    CHECK(run_python(fixture.world, program) == 0);
    // What was not committed went with the connection.
    CHECK(fixture.service.query("lambdardsdb", "select count(*) from Customer").rows.at(0).at(0) ==
          Value(std::int64_t{2}));
    std::string kinds;
    std::string duplicate;
    for (std::uint64_t index = 0; index < fixture.world.trace.size(); ++index) {
        const TraceEvent event = fixture.world.trace[index];
        kinds += event.kind == "rds.connection.opened"   ? "o"
                 : event.kind == "rds.connection.closed" ? "c"
                                                         : "";
        if (event.kind == "rds.statement" &&
            event.data.find("error_code") != std::string_view::npos) {
            duplicate = event.data;
        }
    }
    CHECK(kinds == "oc");
    CHECK(
        duplicate ==
        R"json({"connection_id":8,"error_code":1062,"sql":"insert into Customer (CustID, Name) values(1021, 'Again')"})json");
}
