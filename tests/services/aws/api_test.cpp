#include "services/aws/api.h"

#include "services/aws/parameters.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::aws;

namespace {

std::string refusal(const std::function<void()>& call) {
    try {
        call();
    } catch (const ApiError& error) {
        return error.code() + ": " + error.message();
    }
    return "";
}

}  // namespace

TEST_CASE("aws api: an operation is found by service and name; an error reaches the reply") {
    ApiService service("parrot");
    service.add("Repeat", [](const Json& parameters) { return parameters; });
    service.add("Refuse", [](const Json&) -> Json { throw ApiError("Tired", "not now"); });
    Api api;
    api.add(service);
    CHECK(api.call_now("parrot", "Repeat", {{"a", 1}}) == Json{{"a", 1}});
    CHECK(refusal([&] { api.call_now("parrot", "Refuse", {}); }) == "Tired: not now");
    CHECK(refusal([&] { api.call_now("parrot", "Sing", {}); }) ==
          "UnknownOperationException: there is no operation parrot.Sing");
    CHECK(refusal([&] { api.call_now("cat", "Repeat", {}); }) ==
          "UnknownOperationException: there is no service cat.Repeat");
    CHECK(service.operation_names() == std::vector<std::string_view>{"Refuse", "Repeat"});
}

TEST_CASE("aws api: an operation that waits answers through its reply, later") {
    ApiService service("parrot");
    Reply kept;
    service.add_waiting("Wait", [&kept](const Call&, Reply reply) { kept = std::move(reply); });
    Api api;
    api.add(service);
    Json answer;
    api.call("parrot", "Wait", {}, [&answer](const ApiResult& result) { answer = result.value(); });
    CHECK(answer.is_null());
    kept(ApiResult(Json{{"b", 2}}));
    CHECK(answer == Json{{"b", 2}});
}

TEST_CASE("aws api: events that follow an answer go to who is remote; others get them as a list") {
    ApiService service("parrot");
    const auto events = std::make_shared<Pipe<Json>>();
    service.add_waiting("Listen", [&events](const Call&, const Reply& reply) {
        reply(ApiResult(Json{{"a", 1}}, {"Said", events}));
    });
    Api api;
    api.add(service);
    Json answer;
    api.call(
        "parrot", "Listen", {}, [&answer](const ApiResult& result) { answer = result.value(); });
    events->write(Json{{"Word", 1}});
    CHECK(answer.is_null());
    events->end();
    CHECK(answer == Json{{"a", 1}, {"Said", {{{"Word", 1}}}}});
    Caller remote;
    remote.request_id = "id";
    api.call(
        "parrot",
        "Listen",
        {},
        [&answer](const ApiResult& result) {
            answer = result.value();
            CHECK(result.events()->member == "Said");
        },
        remote);
    CHECK(answer == Json{{"a", 1}});
}

TEST_CASE("aws parameters: types are checked, what is missing or unknown is named") {
    const Json value{
        {"Name", "n"}, {"Count", 3}, {"On", true}, {"List", {"a", "b"}}, {"Null", nullptr}};
    Parameters parameters(value, "Do");
    CHECK(parameters.string("Name") == "n");
    CHECK(parameters.optional_integer("Count") == 3);
    CHECK(parameters.optional_boolean("On") == true);
    CHECK(parameters.strings("List") == std::vector<std::string>{"a", "b"});
    CHECK_FALSE(parameters.optional_string("Null"));
    CHECK_FALSE(parameters.optional_string("Absent"));
    CHECK(refusal([&] { parameters.finish(); }).empty());
    CHECK(refusal([&] { parameters.string("Absent"); }) ==
          "MissingParameter: The request must contain the parameter Absent.");
    CHECK(refusal([&] { parameters.optional_integer("Name"); }) ==
          "SerializationException: Do: the parameter Name must be an integer");
    CHECK(refusal([&] { parameters.strings("Count"); }) ==
          "SerializationException: Do: the parameter Count must be a list of strings");

    Parameters hasty(value, "Do");
    hasty.accept("Name");
    CHECK(refusal([&] { hasty.finish(); }) ==
          "ValidationException: Do: the parameter Count is not supported");
    CHECK(refusal([] { Parameters(Json::array(), "Do"); }) ==
          "SerializationException: Do: the parameters must be an object");
}
