#include "tests/services/sqs/client.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

std::vector<std::string> times(std::size_t count, const char* text) {
    return std::vector<std::string>(count, text);
}

Json permission(const std::string& label,
                const std::vector<std::string>& accounts,
                const std::vector<std::string>& actions) {
    return {{"QueueUrl", orders_url},
            {"Label", label},
            {"AWSAccountIds", accounts},
            {"Actions", actions}};
}

}  // namespace

TEST_CASE("sqs AddPermission: writes a statement of the queue's policy [docs: CLI examples]") {
    Client client;
    const std::string url = client.create("Orders");
    const std::string arn = "arn:aws:sqs:us-east-1:000000000000:Orders";
    client.run_for(5s);
    client.call("AddPermission", permission("Alice", {"123456789012"}, {"SendMessage"}));
    CHECK(client.attribute(url, "Policy") ==
          R"({"Version":"2008-10-17","Id":")" + arn + R"(/SQSDefaultPolicy","Statement":[)" +
              R"({"Sid":"Alice","Effect":"Allow",)" +
              R"("Principal":{"AWS":"arn:aws:iam::123456789012:root"},)" +
              R"("Action":"SQS:SendMessage","Resource":")" + arn + R"("}]})");
    CHECK(client.attribute(url, "LastModifiedTimestamp") == "1767225605");

    client.call("AddPermission",
                permission("Two", {"111111111111", "222222222222"}, {"ReceiveMessage", "*"}));
    const Json two = Json::parse(client.attribute(url, "Policy"))["Statement"][1];
    CHECK(two["Principal"]["AWS"] ==
          Json{"arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"});
    CHECK(two["Action"] == Json{"SQS:ReceiveMessage", "SQS:*"});
}

TEST_CASE("sqs AddPermission: a policy of the user's own gets the statement as well") {
    Client client;
    const std::string url = client.create(
        "Orders",
        {{"Policy", R"({"Version":"2012-10-17","Statement":{"Sid":"mine","Effect":"Deny"}})"}});
    client.call("AddPermission", permission("Alice", {"123456789012"}, {"SendMessage"}));
    const Json policy = Json::parse(client.attribute(url, "Policy"));
    CHECK(policy["Version"] == "2012-10-17");
    REQUIRE(policy["Statement"].size() == 2);
    CHECK(policy["Statement"][0] == Json{{"Sid", "mine"}, {"Effect", "Deny"}});
    CHECK(policy["Statement"][1]["Sid"] == "Alice");
}

TEST_CASE("sqs AddPermission: what is refused [docs: AddPermission; public emulators agree]") {
    Client client;
    client.create("Orders");
    const auto error = [&](const Json& parameters) {
        return client.error("AddPermission", parameters);
    };
    CHECK(error(permission("A", {"123456789012"}, times(8, "SendMessage"))) ==
          "OverLimit: 8 Actions were found, maximum allowed is 7.");
    CHECK(error(permission("A", {"123456789012"}, {})) ==
          "MissingRequiredParameterException: The request must contain the parameter Actions.");
    CHECK(error(permission("A", {"123456789012"}, {"Fly"})) ==
          "InvalidParameterValueException: Value SQS:Fly for parameter ActionName is invalid. "
          "Reason: Please refer to the appropriate WSDL for a list of valid actions.");
    CHECK(error(permission("A", {"123456789012"}, {"RemovePermission"})) ==
          "InvalidParameterValueException: Value SQS:RemovePermission for parameter ActionName is "
          "invalid. Reason: Only the queue owner is allowed to invoke this action.");
    CHECK(error(permission("A", {}, {"SendMessage"})) ==
          "InvalidParameterValueException: Value [] for parameter PrincipalId is invalid. Reason: "
          "Unable to verify.");
    CHECK(error(permission("A", {"me"}, {"SendMessage"})) ==
          "InvalidParameterValueException: Value [me] for parameter PrincipalId is invalid. "
          "Reason: Unable to verify.");
    CHECK(error(permission("", {"123456789012"}, {"SendMessage"})) ==
          "MissingRequiredParameterException: The request must contain the parameter Label.");
    CHECK(error(permission("a b", {"123456789012"}, {"SendMessage"}))
              .starts_with("InvalidParameterValueException: Value a b for parameter Label"));
    CHECK(error(permission("A", {"123456789012"}, {"SendMessage"})).empty());
    CHECK(error(permission("A", {"123456789012"}, {"SendMessage"})) ==
          "InvalidParameterValueException: Value A for parameter Label is invalid. Reason: Already "
          "exists.");
    for (int count = 0; count < 19; ++count) {
        CHECK(error(permission("L" + std::to_string(count), {"123456789012"}, {"SendMessage"}))
                  .empty());
    }
    // [docs: quotas-policies]
    CHECK(error(permission("last", {"123456789012"}, {"SendMessage"})).starts_with("OverLimit"));
}

TEST_CASE("sqs RemovePermission: takes the statement away, and with the last one the policy") {
    Client client;
    const std::string url = client.create("Orders");
    for (const char* label : {"A", "B"}) {
        client.call("AddPermission", permission(label, {"123456789012"}, {"SendMessage"}));
    }
    const auto remove = [&](const char* label) {
        return client.error("RemovePermission", {{"QueueUrl", url}, {"Label", label}});
    };
    CHECK(remove("C") ==
          "InvalidParameterValueException: Value C for parameter Label is invalid. Reason: can't "
          "find label.");
    CHECK(remove("A").empty());
    CHECK(Json::parse(client.attribute(url, "Policy"))["Statement"][0]["Sid"] == "B");
    CHECK(remove("B").empty());
    CHECK(client.call("GetQueueAttributes", {{"QueueUrl", url}, {"AttributeNames", {"Policy"}}}) ==
          Json::object());
    CHECK(remove("B").find("can't find label") != std::string::npos);
}

TEST_CASE("sqs TagQueue, UntagQueue and ListQueueTags: tags are kept by key [docs: TagQueue]") {
    Client client;
    const std::string url = client.create("Orders");
    const auto tags = [&] { return client.call("ListQueueTags", {{"QueueUrl", url}}); };
    CHECK(tags() == Json::object());
    client.call("TagQueue", {{"QueueUrl", url}, {"Tags", {{"team", "a"}, {"stage", ""}}}});
    client.call("TagQueue", {{"QueueUrl", url}, {"Tags", {{"team", "b"}, {"Team", "c"}}}});
    CHECK(tags() == Json{{"Tags", {{"Team", "c"}, {"stage", ""}, {"team", "b"}}}});
    client.call("UntagQueue", {{"QueueUrl", url}, {"TagKeys", {"team", "unknown", "stage"}}});
    CHECK(tags() == Json{{"Tags", {{"Team", "c"}}}});
}

TEST_CASE("sqs TagQueue and UntagQueue: what is refused [docs: quotas-queues]") {
    Client client;
    const std::string url = client.create("Orders");
    const auto tag = [&](const Json& tags) {
        return client.error("TagQueue", {{"QueueUrl", url}, {"Tags", tags}});
    };
    CHECK(tag(Json::object()) ==
          "MissingRequiredParameterException: The request must contain the parameter Tags.");
    CHECK(tag({{std::string(129, 'k'), "v"}}) ==
          "InvalidParameterValueException: Tag keys must be between 1 and 128 characters in "
          "length.");
    CHECK(tag({{"k", std::string(257, 'v')}}) ==
          "InvalidParameterValueException: Tag values must be between 0 and 256 characters in "
          "length.");
    CHECK(tag({{"aws:k", "v"}}).find("aws:") != std::string::npos);
    // Characters count, not bytes.
    std::string umlauts;
    for (int count = 0; count < 128; ++count) {
        umlauts += "ü";
    }
    CHECK(tag({{umlauts, "v"}}).empty());
    Json many;
    for (int count = 0; count < 49; ++count) {
        many["key" + std::to_string(count)] = "v";
    }
    CHECK(tag(many).empty());
    CHECK(tag({{"one", "more"}}) ==
          "InvalidParameterValueException: Too many tags added for queue Orders.");
    CHECK(tag({{"key0", "changed"}}).empty());
    CHECK(client.error("UntagQueue", {{"QueueUrl", url}, {"TagKeys", Json::array()}})
              .starts_with("InvalidParameterValueException"));
    many["two"] = "v";
    many["three"] = "v";
    CHECK(client.error("CreateQueue", {{"QueueName", "Other"}, {"tags", many}}) ==
          "InvalidParameterValueException: Too many tags added for queue Other.");
}
