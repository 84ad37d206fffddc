#include "services/aws/model.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace orrery::aws;

namespace {

std::string refusal(std::string_view text) {
    try {
        Model model("parrot", text);
    } catch (const ModelError& error) {
        return error.what();
    }
    return "";
}

std::string with_shapes(const std::string& shapes) {
    return R"({"service":{"protocols":["json"]},"operations":{},"shapes":{)" + shapes + "}}";
}

}  // namespace

TEST_CASE("aws model: the binary carries the models of its services and reads each once") {
    const std::vector<std::string_view> names = model_names();
    CHECK(std::is_sorted(names.begin(), names.end()));
    for (const std::string_view name : names) {
        CAPTURE(name);
        const Model* model = find_model(name);
        REQUIRE(model != nullptr);
        CHECK(model == find_model(name));
        CHECK(model->source().starts_with("botocore 1."));
        CHECK_FALSE(model->operations().empty());
    }
    CHECK(find_model("parrot") == nullptr);
}

TEST_CASE("aws model: SQS speaks JSON and, by an older description's names, the query protocol") {
    const Model& sqs = *find_model("sqs");
    CHECK(sqs.service().speaks("json"));
    CHECK(sqs.service().speaks("query"));
    CHECK(sqs.service().query_compatible);
    CHECK(sqs.service().target_prefix == "AmazonSQS");
    CHECK(sqs.operations().size() == 23);
    const Operation* send = sqs.find_operation("SendMessage");
    REQUIRE(send != nullptr);
    CHECK(send->result_wrapper == "SendMessageResult");
    const Member* attributes = send->input->find("MessageAttributes");
    REQUIRE(attributes != nullptr);
    CHECK(attributes->query_name == "MessageAttribute");
    CHECK(attributes->location_name == "MessageAttributes");
    CHECK(attributes->flattened);
    CHECK(attributes->shape->key.query_name == "Name");
    CHECK(send->input->find("MessageBody")->required);
    CHECK_FALSE(send->input->find("DelaySeconds")->required);
    CHECK(send->input->find("Nonsense") == nullptr);
    CHECK(sqs.find_operation("TagQueue")->input->find("Tags")->query_name == "Tag");

    const Shape* error = sqs.find_error("QueueDoesNotExist");
    REQUIRE(error != nullptr);
    CHECK(error->error->code == "AWS.SimpleQueueService.NonExistentQueue");
    CHECK(sqs.find_error("AWS.SimpleQueueService.NonExistentQueue") == error);
    CHECK(sqs.find_error("OverLimit")->error->status == 403);
    CHECK(sqs.find_error("String") == nullptr);
}

TEST_CASE("aws model: HTTP bindings, namespaces and shapes that contain themselves") {
    const Model& lambda = *find_model("lambda");
    const Operation* invoke = lambda.find_operation("Invoke");
    REQUIRE(invoke != nullptr);
    CHECK(invoke->method == "POST");
    CHECK(invoke->uri == "/2015-03-31/functions/{FunctionName}/invocations");
    CHECK(invoke->input->payload == invoke->input->find("Payload"));
    CHECK(invoke->input->find("FunctionName")->location == Location::uri);
    CHECK(invoke->input->find("InvocationType")->location_name == "X-Amz-Invocation-Type");
    CHECK(lambda.find_operation("CreateFunction")->status == 201);
    CHECK(lambda.find_error("ServiceException")->error->status == 500);
    CHECK_FALSE(lambda.find_error("ServiceException")->error->sender_fault);

    const Model model("parrot",
                      with_shapes(R"("Tree":{"type":"structure","members":[["Left","Tree"]]})"));
    const Shape* tree = model.find_shape("Tree");
    CHECK(tree->find("Left")->shape == tree);
}

TEST_CASE("aws model: what EC2 is asked begins with a capital, what it answers does not") {
    const Model model("ec2",
                      R"({"service":{"protocols":["ec2"]},"operations":{},"shapes":{
        "S":{"type":"string"},"L":{"type":"list","member":"S"},
        "A":{"type":"structure","members":[["DryRun",{"shape":"S","locationName":"dryRun"}],
            ["Ids",{"shape":"L","queryName":"Id","locationName":"idSet"}]]}}})");
    const Shape* shape = model.find_shape("A");
    CHECK(shape->find("DryRun")->query_name == "DryRun");
    CHECK(shape->find("DryRun")->xml_name == "dryRun");
    CHECK(shape->find("Ids")->query_name == "Id");
    CHECK(shape->find("Ids")->xml_name == "idSet");
    CHECK(model.find_shape("L")->element.xml_name == "item");
}

TEST_CASE("aws model: what is malformed is refused by its place") {
    CHECK(refusal("{") == "the model is not JSON");
    CHECK(refusal("[]") == "model of parrot: it must be an object");
    CHECK(refusal("{}") == "model of parrot: it needs service, shapes and operations");
    CHECK(refusal(R"({"service":{},"operations":{},"shapes":{}})") ==
          "model of parrot: service.protocols is missing");
    CHECK(refusal(with_shapes(R"("A":{"type":"thing"})")) ==
          "model of parrot: shapes.A.type is not one that is known");
    CHECK(refusal(with_shapes(R"("A":{"type":"list"})")) ==
          "model of parrot: shapes.A.member is missing");
    CHECK(refusal(with_shapes(R"("A":{"type":"list","member":"B"})")) ==
          "model of parrot: shapes.A refers to a shape that is not there: B");
    CHECK(refusal(with_shapes(R"("A":{"type":"string","min":"1"})")) ==
          "model of parrot: shapes.A.min must be a number");
    CHECK(refusal(with_shapes(R"("A":{"type":"structure","members":[["B","A"],["B","A"]]})")) ==
          "model of parrot: shapes.A.members names B twice");
    CHECK(refusal(with_shapes(R"("A":{"type":"structure","members":[],"required":["B"]})")) ==
          "model of parrot: shapes.A.required names no member: B");
    CHECK(
        refusal(
            R"({"service":{"protocols":["json"]},"shapes":{"S":{"type":"string"}},"operations":{"O":{"input":"S"}}})") ==
        "model of parrot: operations.O.input is no structure");
}
