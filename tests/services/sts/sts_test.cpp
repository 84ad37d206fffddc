#include "services/sts/sts.h"

#include "engine/store.h"
#include "engine/world.h"
#include "services/aws/access_key.h"
#include "services/aws/error.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::sts;

namespace {

const std::string role = "arn:aws:iam::210987654321:role/team/worker";

/// One role in another account, one user with a key in this.
class FakePrincipals final : public Principals {
public:
    std::optional<RolePrincipal> find_role(std::string_view account,
                                           std::string_view arn) override {
        return account == "210987654321" && arn == role
                   ? std::optional(RolePrincipal{"AROAWORKER", 7200})
                   : std::nullopt;
    }
    std::optional<UserPrincipal> find_user_of_key(std::string_view account,
                                                  std::string_view access_key) override {
        return account == "123456789012" && access_key == "AKIAANN"
                   ? std::optional(UserPrincipal{"AIDAANN", "arn:aws:iam::123456789012:user/ann"})
                   : std::nullopt;
    }
};

struct Bench {
    Bench() { api.add(service.api()); }

    /// The answer, or {"Error": "Code: message"}.
    Json call(const std::string& operation,
              const Json& parameters = Json::object(),
              const std::string& access_key = "") {
        aws::Caller caller;
        caller.access_key = access_key;
        Json answer;
        api.call(
            "sts",
            operation,
            parameters,
            [&](const aws::ApiResult& result) {
                answer =
                    result.ok()
                        ? result.value()
                        : Json{{"Error", result.error().code() + ": " + result.error().message()}};
            },
            caller);
        return answer;
    }
    Json assume(Json more = Json::object(), const std::string& access_key = "") {
        more.emplace("RoleArn", role);
        more.emplace("RoleSessionName", "night");
        return call("AssumeRole", more, access_key);
    }

    World world;
    FakePrincipals principals;
    Sessions sessions{world};
    StsService service{world, "123456789012", principals, sessions};
    aws::Api api;
};

}  // namespace

TEST_CASE("sts GetCallerIdentity: the account itself, a user, or a session") {
    Bench bench;
    CHECK(bench.call("GetCallerIdentity", Json::object(), "test") ==
          Json{{"UserId", "123456789012"},
               {"Account", "123456789012"},
               {"Arn", "arn:aws:iam::123456789012:root"}});
    CHECK(bench.call("GetCallerIdentity", Json::object(), "AKIAANN") ==
          Json{{"UserId", "AIDAANN"},
               {"Account", "123456789012"},
               {"Arn", "arn:aws:iam::123456789012:user/ann"}});
    const std::string key = bench.assume()["Credentials"]["AccessKeyId"];
    CHECK(bench.call("GetCallerIdentity", Json::object(), key) ==
          Json{{"UserId", "AROAWORKER:night"},
               {"Account", "210987654321"},
               {"Arn", "arn:aws:sts::210987654321:assumed-role/worker/night"}});
}

TEST_CASE("sts AssumeRole: credentials of the role's account until they expire") {
    Bench bench;
    const Json answer = bench.assume({{"DurationSeconds", 900}, {"SourceIdentity", "ann"}});
    const Json& credentials = answer["Credentials"];
    const std::string key = credentials["AccessKeyId"];
    CHECK(key.starts_with("ASIA"));
    CHECK(aws::account_of_own_access_key(key) == "210987654321");
    CHECK(credentials["SecretAccessKey"].get<std::string>().size() == 40);
    CHECK(credentials["Expiration"] == 1767225600 + 900);
    CHECK(answer["AssumedRoleUser"] ==
          Json{{"AssumedRoleId", "AROAWORKER:night"},
               {"Arn", "arn:aws:sts::210987654321:assumed-role/worker/night"}});
    CHECK(answer["SourceIdentity"] == "ann");
    CHECK_FALSE(answer.contains("PackedPolicySize"));
    bench.world.loop.run_until(bench.world.loop.start() + std::chrono::seconds(899));
    CHECK_FALSE(bench.call("GetCallerIdentity", Json::object(), key).contains("Error"));
    bench.world.loop.run_until(bench.world.loop.start() + std::chrono::seconds(900));
    CHECK(bench.call("GetCallerIdentity", Json::object(), key)["Error"] ==
          "ExpiredToken: The security token included in the request is expired");
}

TEST_CASE("sts AssumeRole: what AWS refuses, in its words") {
    Bench bench;
    CHECK(bench.assume({{"RoleArn", "arn:aws:iam::210987654321:role/nobody"}})["Error"] ==
          "AccessDenied: User: arn:aws:iam::123456789012:root is not authorized to perform: "
          "sts:AssumeRole on resource: arn:aws:iam::210987654321:role/nobody");
    CHECK(bench.assume({{"RoleArn", "arn:aws:iam::210987654321:user/worker"}})["Error"] ==
          "ValidationError: Request ARN is invalid");
    CHECK(bench.assume({{"RoleSessionName", "a b"}})["Error"] ==
          "ValidationError: 1 validation error detected: Value 'a b' at 'roleSessionName' failed "
          "to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*");
    CHECK(bench.assume({{"DurationSeconds", 7201}})["Error"] ==
          "ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for "
          "this role.");
    CHECK(bench.assume({{"Policy", "{"}})["Error"] ==
          "MalformedPolicyDocumentException: This policy contains invalid Json");
    CHECK(bench.assume({{"Policy", "{}"}})["PackedPolicySize"] == 1);
    const std::string key = bench.assume()["Credentials"]["AccessKeyId"];
    CHECK(bench.assume({{"DurationSeconds", 3601}}, key)["Error"] ==
          "ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for "
          "roles assumed by role chaining.");
}

TEST_CASE("sts AssumeRoleWithWebIdentity: reads the token's claims") {
    Bench bench;
    // {"alg":"none"}.{"sub":"user-1","aud":["app"],"iss":"https://id.example"}
    const std::string token =
        "eyJhbGciOiJub25lIn0."
        "eyJzdWIiOiJ1c2VyLTEiLCJhdWQiOlsiYXBwIl0sImlzcyI6Imh0dHBzOi8vaWQuZXhhbXBsZSJ9.";
    const Json input{{"RoleArn", role}, {"RoleSessionName", "web"}, {"WebIdentityToken", token}};
    const Json answer = bench.call("AssumeRoleWithWebIdentity", input);
    CHECK(answer["SubjectFromWebIdentityToken"] == "user-1");
    CHECK(answer["Audience"] == "app");
    CHECK(answer["Provider"] == "https://id.example");
    CHECK(answer["AssumedRoleUser"]["AssumedRoleId"] == "AROAWORKER:web");
    Json wrong = input;
    wrong["WebIdentityToken"] = "plain";
    CHECK(bench.call("AssumeRoleWithWebIdentity", wrong)["Error"].get<std::string>().starts_with(
        "InvalidIdentityTokenException: The ID Token provided is not a valid JWT."));
}

TEST_CASE("sts GetSessionToken: the same identity for a while") {
    Bench bench;
    const Json credentials =
        bench.call("GetSessionToken", {{"DurationSeconds", 1800}}, "AKIAANN")["Credentials"];
    CHECK(credentials["Expiration"] == 1767225600 + 1800);
    const std::string key = credentials["AccessKeyId"];
    CHECK(bench.call("GetCallerIdentity", Json::object(), key)["UserId"] == "AIDAANN");
    CHECK(bench.call("GetSessionToken", Json::object(), key)["Error"] ==
          "AccessDenied: Cannot call GetSessionToken with session credentials");
    // The account itself gets an hour at most.
    CHECK(bench.call("GetSessionToken")["Credentials"]["Expiration"] == 1767225600 + 3600);
}

TEST_CASE("sts GetFederationToken: a name of the caller's choice") {
    Bench bench;
    const Json answer = bench.call("GetFederationToken", {{"Name", "guest"}}, "AKIAANN");
    CHECK(answer["FederatedUser"] ==
          Json{{"FederatedUserId", "123456789012:guest"},
               {"Arn", "arn:aws:sts::123456789012:federated-user/guest"}});
    CHECK(answer["Credentials"]["Expiration"] == 1767225600 + 43200);
}

TEST_CASE("sts GetAccessKeyInfo: the account is in the key") {
    Bench bench;
    const std::string key = bench.assume()["Credentials"]["AccessKeyId"];
    CHECK(bench.call("GetAccessKeyInfo", {{"AccessKeyId", key}})["Account"] == "210987654321");
    CHECK(bench.call("GetAccessKeyInfo", {{"AccessKeyId", "AKIAIOSFODNN7EXAMPLE"}})["Error"]
              .get<std::string>()
              .starts_with("ValidationError: "));
}

TEST_CASE("sts DecodeAuthorizationMessage: refused by name") {
    Bench bench;
    CHECK(bench.call("DecodeAuthorizationMessage", {{"EncodedMessage", "x"}})["Error"]
              .get<std::string>()
              .starts_with("NotImplemented: "));
}

TEST_CASE("sts: sessions outlive the process") {
    const test::TemporaryFolder folder;
    Session session;
    session.account = "123456789012";
    session.arn = "arn:x";
    session.expires = default_start + std::chrono::hours(1);
    std::string key;
    {
        World world;
        Store store(world.loop, folder.path() / "state.sqlite");
        world.store = &store;
        Sessions sessions(world);
        key = sessions.open(session).access_key;
        store.commit();
    }
    World world;
    Store store(world.loop, folder.path() / "state.sqlite");
    world.store = &store;
    const Sessions sessions(world);
    REQUIRE(sessions.find(key) != nullptr);
    CHECK(sessions.find(key)->arn == "arn:x");
    CHECK(sessions.find(key)->expires == session.expires);
}
