#include "services/cloudformation/stack.h"

#include "tests/services/cloudformation/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::cloudformation;

namespace {

using Names = std::vector<std::string>;

constexpr std::string_view registration = R"(
Transform: AWS::Serverless-2016-10-31
Parameters:
  Password: {Type: String, NoEcho: true}
Resources:
  Register:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: register
      CodeUri: ./code
      Handler: index.lambda_handler
      Runtime: python3.12
      Timeout: 10
      MemorySize: "256"
      ReservedConcurrentExecutions: 2
      Layers: []
      Environment:
        Variables:
          HOST: !Sub '${Database.Endpoint.Address}:${Database.Endpoint.Port}'
          RETRIES: 3
          PASSWORD: !Ref Password
      Events:
        Arrival:
          Type: SQS
          Properties:
            Queue: !GetAtt Orders.Arn
            BatchSize: 1
            Enabled: yes
            FunctionResponseTypes: [ReportBatchItemFailures]
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: orders
      VisibilityTimeout: 60
      SqsManagedSseEnabled: false
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
      Tags: [{Key: team, Value: blue}]
  Dead: {Type: AWS::SQS::Queue, Properties: {QueueName: dead}}
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      DBInstanceIdentifier: example
      DBInstanceClass: db.t3.micro
      Engine: mysql
      AllocatedStorage: "20"
      MasterUsername: admin
      MasterUserPassword: !Ref Password
      VPCSecurityGroups: [!GetAtt Guard.GroupId]
  Guard: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: x}}
Outputs:
  Url: {Value: !Ref Orders}
  Hidden: {Value: !Ref AWS::NoValue}
)";

std::string resources(const std::string& body) {
    return "Resources:\n" + body;
}

}  // namespace

TEST_CASE(
    "cloudformation stack: resources are made after what they refer to, else in the template's "
    "order") {
    FakeCloud cloud;
    cloud.deploy(registration, {{"Password", "secret"}});
    CHECK(cloud.operations() == Names{"sqs.CreateQueue",
                                      "sqs.CreateQueue",
                                      "rds.CreateDBInstance",
                                      "rds.DescribeDBInstances",
                                      "lambda.CreateFunction",
                                      "lambda.PutFunctionConcurrency",
                                      "lambda.CreateEventSourceMapping"});
    CHECK(cloud.parameters_of("sqs.CreateQueue")["QueueName"] == "dead");
    CHECK(
        cloud.stack.logical_ids() ==
        Names{
            "Register", "RegisterRole", "RegisterArrival", "Orders", "Dead", "Database", "Guard"});
}

TEST_CASE("cloudformation stack: properties become the operations' parameters, with AWS's types") {
    FakeCloud cloud;
    cloud.deploy(registration, {{"Password", "secret"}});
    CHECK(
        cloud.calls[1].parameters ==
        Json{
            {"QueueName", "orders"},
            {"Attributes",
             {{"VisibilityTimeout", "60"},
              {"SqsManagedSseEnabled", "false"},
              {"RedrivePolicy",
               R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":3})"}}},
            {"tags", {{"team", "blue"}}}});
    CHECK(cloud.parameters_of("rds.CreateDBInstance") ==
          Json{{"DBInstanceIdentifier", "example"},
               {"DBInstanceClass", "db.t3.micro"},
               {"Engine", "mysql"},
               {"AllocatedStorage", 20},
               {"MasterUsername", "admin"},
               {"MasterUserPassword", "secret"},
               {"VpcSecurityGroupIds", {cloud.stack.attribute("Guard", "GroupId")}}});
    const Json function = cloud.parameters_of("lambda.CreateFunction");
    CHECK(function["Code"] == Json{{"Directory", (FakeCloud::folder() / "code").string()}});
    CHECK(
        function["Environment"] ==
        Json{{"Variables", {{"HOST", "db.local:3306"}, {"RETRIES", "3"}, {"PASSWORD", "secret"}}}});
    CHECK(function["MemorySize"] == 256);
    CHECK(function["Handler"] == "index.lambda_handler");
    CHECK(function["Role"] == cloud.stack.attribute("RegisterRole", "Arn"));
    CHECK(cloud.parameters_of("lambda.PutFunctionConcurrency") ==
          Json{{"FunctionName", "register"}, {"ReservedConcurrentExecutions", 2}});
    CHECK(cloud.parameters_of("lambda.CreateEventSourceMapping") ==
          Json{{"FunctionName", "register"},
               {"EventSourceArn", "arn:aws:sqs:us-east-1:000000000000:orders"},
               {"BatchSize", 1},
               {"Enabled", true},
               {"FunctionResponseTypes", {"ReportBatchItemFailures"}}});
}

TEST_CASE("cloudformation stack: Ref and Fn::GetAtt give what the resource reference says") {
    // [docs: aws-resource-sqs-queue, aws-resource-lambda-function,
    // aws-resource-lambda-eventsourcemapping, aws-resource-rds-dbinstance: "Return values"]
    FakeCloud cloud;
    cloud.deploy(registration, {{"Password", "secret"}});
    const Stack& stack = cloud.stack;
    CHECK(stack.physical_id("Orders") == "http://sqs/orders");
    CHECK(stack.attribute("Orders", "QueueName") == "orders");
    CHECK(stack.physical_id("Register") == "register");
    CHECK(stack.attribute("Register", "Arn") ==
          "arn:aws:lambda:us-east-1:000000000000:function:register");
    CHECK(stack.resource_type("Register") == "AWS::Lambda::Function");
    CHECK(stack.physical_id("RegisterArrival") == "the-uuid");
    CHECK(stack.physical_id("Database") == "example");
    CHECK(stack.attribute("Database", "Endpoint.Port") == "3306");
    CHECK(stack.attribute("Database", "DBInstanceArn") == "arn:of:db");
    CHECK_THAT(stack.physical_id("Guard"), Catch::Matches("sg-[0-9a-f]{17}"));
    CHECK(stack.attribute("Guard", "GroupId") == stack.physical_id("Guard"));
    CHECK(stack.outputs() == Json{{"Url", "http://sqs/orders"}});
    CHECK(stack.has("Orders"));
    CHECK_FALSE(stack.has("Order"));
    CHECK(error_of([&] { stack.physical_id("Order"); }) ==
          "the stack has no resource 'Order'; did you mean 'Orders'?");
    CHECK(error_of([&] { stack.attribute("Orders", "Ann"); }) ==
          "AWS::SQS::Queue has no attribute 'Ann' here; did you mean 'Arn'?");
}

TEST_CASE(
    "cloudformation stack: names that the template leaves out are generated from the seed, each "
    "for itself") {
    const std::string both =
        resources("  Other: {Type: AWS::SQS::Queue}\n  Jobs: {Type: AWS::SQS::Queue}\n");
    const std::string alone = resources("  Jobs: {Type: AWS::SQS::Queue}\n");
    const auto name_of_jobs = [](const std::string& text, std::uint64_t seed) {
        FakeCloud cloud(seed);
        cloud.deploy(text);
        return cloud.stack.attribute("Jobs", "QueueName");
    };
    const std::string name = name_of_jobs(alone, 1);
    CHECK_THAT(name, Catch::Matches("orders-Jobs-[0-9A-Z]{12}"));
    CHECK(name_of_jobs(both, 1) == name);
    CHECK(name_of_jobs(alone, 2) != name);

    FakeCloud cloud;
    cloud.deploy(resources(
        "  F: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}\n"
        "  D: {Type: AWS::RDS::DBInstance, Properties: {DBInstanceClass: x, Engine: mysql}}\n"
        "  L" +
        std::string(100, 'x') + ": {Type: AWS::SQS::Queue}\n"));
    CHECK_THAT(cloud.stack.attribute("F", "QueueName"),
               Catch::Matches("orders-F-[0-9A-Z]{12}\\.fifo"));
    CHECK(cloud.calls[0].parameters["Attributes"] == Json{{"FifoQueue", "true"}});
    CHECK_THAT(cloud.stack.physical_id("D"), Catch::Matches("orders-d-[0-9a-z]{12}"));
    CHECK(cloud.stack.attribute("L" + std::string(100, 'x'), "QueueName").size() == 80);
}

TEST_CASE("cloudformation stack: a FIFO queue with all its properties becomes CreateQueue") {
    // [docs: aws-resource-sqs-queue]
    FakeCloud cloud;
    cloud.deploy(
        resources("  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n"
                  "      QueueName: orders.fifo\n"
                  "      FifoQueue: true\n"
                  "      ContentBasedDeduplication: true\n"
                  "      DeduplicationScope: messageGroup\n"
                  "      FifoThroughputLimit: perMessageGroupId\n"
                  "      KmsMasterKeyId: alias/k\n"
                  "      KmsDataKeyReusePeriodSeconds: 60\n"
                  "      RedriveAllowPolicy: {redrivePermission: denyAll}\n"
                  "      Tags: [{Key: team, Value: a}]\n"));
    CHECK(cloud.parameters_of("sqs.CreateQueue") ==
          Json{{"QueueName", "orders.fifo"},
               {"Attributes",
                {{"FifoQueue", "true"},
                 {"ContentBasedDeduplication", "true"},
                 {"DeduplicationScope", "messageGroup"},
                 {"FifoThroughputLimit", "perMessageGroupId"},
                 {"KmsMasterKeyId", "alias/k"},
                 {"KmsDataKeyReusePeriodSeconds", "60"},
                 {"RedriveAllowPolicy", R"({"redrivePermission":"denyAll"})"}}},
               {"tags", {{"team", "a"}}}});
}

TEST_CASE("cloudformation stack: a queue policy becomes the Policy of its queues") {
    // [docs: aws-resource-sqs-queuepolicy]
    FakeCloud cloud;
    cloud.add(cloud.sqs, "SetQueueAttributes", [](const Json&) { return Json::object(); });
    cloud.deploy(
        resources("  P:\n    Type: AWS::SQS::QueuePolicy\n    Properties:\n"
                  "      PolicyDocument: {Statement: [{Effect: Allow}]}\n"
                  "      Queues: [!Ref Q]\n"
                  "  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: orders}}\n"));
    CHECK(cloud.parameters_of("sqs.SetQueueAttributes") ==
          Json{{"QueueUrl", "http://sqs/orders"},
               {"Attributes", {{"Policy", R"({"Statement":[{"Effect":"Allow"}]})"}}}});
}

TEST_CASE("cloudformation stack: DependsOn and conditions decide what is made, and when") {
    FakeCloud cloud;
    cloud.deploy(R"(
Parameters: {Stage: {Type: String, Default: test, AllowedValues: [test, prod]}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  Last: {Type: AWS::SQS::Queue, DependsOn: First, Properties: {QueueName: last}}
  First: {Type: AWS::SQS::Queue, Properties: {QueueName: first}}
  Audit: {Type: AWS::Nowhere::Thing, Condition: IsProd}
  Also:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !If [IsProd, !Ref Audit, also], DelaySeconds: !Ref AWS::NoValue}
Outputs: {Only: {Condition: IsProd, Value: !Ref Audit}}
)");
    REQUIRE(cloud.calls.size() == 3);
    CHECK(cloud.calls[0].parameters["QueueName"] == "first");
    CHECK(cloud.calls[1].parameters["QueueName"] == "last");
    CHECK(cloud.calls[2].parameters["QueueName"] == "also");
    CHECK(cloud.stack.outputs() == Json::object());
    CHECK_FALSE(cloud.stack.has("Audit"));
    CHECK(error_of([&] {
              cloud.stack.resolve(Json{{"Ref", "Audit"}}, {"s.yaml", 1, 2});
          }) == "s.yaml:1:2: resource Audit does not exist: its condition IsProd is false");
}

TEST_CASE(
    "cloudformation stack: what the template asks in vain is refused with its place before "
    "anything is made") {
    const auto [text, message] = GENERATE(table<std::string, std::string>({
        {"  Q: {Type: AWS::SQS::Queu}",
         "template.yaml:2:13: the resource type AWS::SQS::Queu is not supported; did you mean "
         "'AWS::SQS::Queue'?"},
        {"  Q: {Type: AWS::Glue::Job}",
         "template.yaml:2:13: the resource type AWS::Glue::Job is not supported"},
        {"  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      VisibilityTimeOut2: 1",
         "template.yaml:5:7: unknown property 'VisibilityTimeOut2' of AWS::SQS::Queue; did you "
         "mean "
         "'VisibilityTimeout'?"},
        {"  P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: []}}",
         "template.yaml:2:3: resource P (AWS::SQS::QueuePolicy) lacks the property PolicyDocument"},
        {"  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Ref Nothing",
         "template.yaml:5:18: the template has no parameter or resource 'Nothing'"},
        {"  Q: {Type: AWS::SQS::Queue, DependsOn: [R]}",
         "template.yaml:2:42: the template has no resource 'R'; allowed: Q"},
        {"  A: {Type: AWS::SQS::Queue, DependsOn: B}\n"
         "  Z: {Type: AWS::SQS::Queue, DependsOn: A}\n"
         "  B: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub 'x-${Z}'}}",
         "template.yaml:2:3: resources need each other in a circle: A -> B -> Z -> A"},
        {"  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Q}}",
         "template.yaml:2:3: resources need each other in a circle: Q -> Q"},
        {"  Q: {Type: AWS::SQS::Queue, Condition: C}",
         "template.yaml:2:41: the template has no condition 'C'"},
        {"  Q: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: soon}}",
         "template.yaml:2:57: AWS::SQS::Queue: DelaySeconds must be a whole number"},
        {"  Q: {Type: AWS::SQS::Queue, Properties: {FifoQueue: maybe}}",
         "template.yaml:2:54: AWS::SQS::Queue: FifoQueue must be true or false"},
        {"  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: [a]}}",
         "template.yaml:2:54: AWS::SQS::Queue: QueueName must be text"},
        {"  Q: {Type: AWS::SQS::Queue, Properties: {Tags: {a: b}}}",
         "template.yaml:2:49: AWS::SQS::Queue: Tags must be a list of {Key, Value}"},
    }));
    CAPTURE(text);
    FakeCloud cloud;
    CHECK(cloud.deploy_error(resources(text)) == message);
    CHECK(cloud.calls.empty());
}

TEST_CASE("cloudformation stack: a function's code must be a folder that is there") {
    const auto with = [](const std::string& properties) {
        FakeCloud cloud;
        return cloud.deploy_error(resources("  F: {Type: AWS::Lambda::Function, Properties: {" +
                                            properties +
                                            ", Role: \"arn:aws:iam::000000000000:role/r\"}}"));
    };
    const std::string folder = FakeCloud::folder().string();
    CHECK(with("Code: code") == "no error");
    CHECK(with("Code: cod") ==
          "template.yaml:2:55: AWS::Lambda::Function: Code names a folder that does not exist: " +
              folder + "/cod");
    CHECK(with("Code: code/index.py") ==
          "template.yaml:2:55: AWS::Lambda::Function: Code must name a folder, not a file: " +
              folder + "/code/index.py");
    CHECK(with("Runtime: python3.12, Code: {ZipFile: x}") == "no error");
    CHECK_THAT(with("Runtime: java21, Code: {ZipFile: x}"),
               Catch::Contains("Code may have ZipFile for Node.js and Python only"));
    CHECK_THAT(with("Code: {S3Bucket: x}"),
               Catch::Contains("S3 and container images are not supported"));
    CHECK(with("Code: code, FileSystemConfigs: [f]") ==
          "template.yaml:2:61: AWS::Lambda::Function: the property FileSystemConfigs is not "
          "supported");
    CHECK_THAT(with("Code: code, Environment: {A: b}"),
               Catch::Contains("Environment must have the key Variables alone"));
}

TEST_CASE("cloudformation stack: what describes a database instance and its storage is kept") {
    FakeCloud cloud;
    cloud.deploy(resources(R"(
  D:
    Type: AWS::RDS::DBInstance
    Properties:
      DBInstanceIdentifier: d
      DBInstanceClass: db.t3.micro
      Engine: mysql
      AvailabilityZone: us-east-1b
      BackupRetentionPeriod: "7"
      DeletionProtection: yes
      MultiAZ: "true"
      PubliclyAccessible: false
      StorageEncrypted: true
      StorageType: gp3
      Tags: [{Key: team, Value: blue}]
)"));
    CHECK(cloud.parameters_of("rds.CreateDBInstance") ==
          Json{{"DBInstanceIdentifier", "d"},
               {"DBInstanceClass", "db.t3.micro"},
               {"Engine", "mysql"},
               {"AvailabilityZone", "us-east-1b"},
               {"BackupRetentionPeriod", 7},
               {"DeletionProtection", true},
               {"MultiAZ", true},
               {"PubliclyAccessible", false},
               {"StorageEncrypted", true},
               {"StorageType", "gp3"},
               {"Tags", {{{"Key", "team"}, {"Value", "blue"}}}}});
}

TEST_CASE("cloudformation stack: a database parameter is refused by name, not ignored") {
    const auto with = [](const std::string& parameters) {
        FakeCloud cloud;
        return cloud.deploy_error(
            resources("  G: {Type: AWS::RDS::DBParameterGroup, Properties: {Description: d, "
                      "Family: mysql8.0" +
                      parameters + "}}"));
    };
    CHECK(with("") == "no error");
    CHECK(with(", Parameters: {}") == "no error");
    CHECK(with(", Parameters: {innodb_lock_wait_timeout: 3}") ==
          "template.yaml:2:100: AWS::RDS::DBParameterGroup: Parameters must be empty: the "
          "parameter innodb_lock_wait_timeout is not supported yet");
}

TEST_CASE("cloudformation stack: what describes a function is kept") {
    FakeCloud cloud;
    cloud.deploy("Transform: AWS::Serverless-2016-10-31\n" +
                 resources("  F: {Type: AWS::Lambda::Function, Properties: {Role: "
                           "\"arn:aws:iam::000000000000:role/r\", Code: code, "
                           "Architectures: [arm64], EphemeralStorage: {Size: '1024'}, "
                           "Tags: [{Key: team, Value: blue}]}}\n"
                           "  S: {Type: AWS::Serverless::Function, Properties: {Role: "
                           "\"arn:aws:iam::000000000000:role/r\", CodeUri: code, "
                           "FunctionName: sam, Tags: {team: !Ref F}}}"));
    const Json first = cloud.calls.at(0).parameters;
    CHECK(first["Architectures"] == Json{"arm64"});
    CHECK(first["EphemeralStorage"] == Json{{"Size", 1024}});
    CHECK(first["Tags"] == Json{{"team", "blue"}});
    CHECK(cloud.calls.at(1).parameters["Tags"] == Json{{"team", cloud.stack.physical_id("F")}});
}

TEST_CASE("cloudformation stack: a function's logging is given on") {
    const auto with = [](const std::string& logging) {
        FakeCloud cloud;
        const std::string error =
            cloud.deploy_error(resources("  F: {Type: AWS::Lambda::Function, Properties: {Role: "
                                         "\"arn:aws:iam::000000000000:role/r\", Code: code, "
                                         "FunctionName: f, LoggingConfig: {" +
                                         logging + "}}}"));
        return error == "no error"
                   ? cloud.parameters_of("lambda.CreateFunction")["LoggingConfig"].dump()
                   : error;
    };
    CHECK(with("LogFormat: JSON, LogGroup: /mine, SystemLogLevel: WARN") ==
          R"({"LogFormat":"JSON","LogGroup":"/mine","SystemLogLevel":"WARN"})");
    CHECK_THAT(with("LogFormatt: Text"),
               Catch::Contains("LoggingConfig has an unknown member LogFormatt"));
}

TEST_CASE("cloudformation stack: parameters are checked against their declarations") {
    const auto with = [](const std::string& declaration,
                         const std::map<std::string, std::string>& given) {
        FakeCloud cloud;
        return cloud.deploy_error("Parameters:\n  Stage: {" + declaration + "}\nResources: {}",
                                  given);
    };
    const std::string value = "template.yaml:2:3: the value of parameter Stage ";
    CHECK(with("Type: String", {{"Stage", "x"}}) == "no error");
    CHECK(with("Type: String", {}) ==
          "template.yaml:2:3: parameter Stage has no Default and was given no value");
    CHECK(with("Type: String, Default: x", {{"Stagee", "x"}}) ==
          "the template has no parameter 'Stagee'; did you mean 'Stage'?");
    CHECK(with("Type: String, AllowedValues: [a, b]", {{"Stage", "c"}}) ==
          value + "must be one of: a, b");
    CHECK(with("Type: String, AllowedPattern: '[a-z]+'", {{"Stage", "a1"}}) ==
          value + "does not match AllowedPattern [a-z]+");
    // Java, whose patterns CloudFormation takes, gives up on none for the length of a value.
    const std::string longest(4096, 'a');
    CHECK(with("Type: String, AllowedPattern: '(a|b)*'", {{"Stage", longest}}) == "no error");
    CHECK(with("Type: String, AllowedPattern: '(a+)+b'", {{"Stage", longest}}) ==
          value + "does not match AllowedPattern (a+)+b");
    CHECK(with("Type: String, AllowedPattern: '['", {{"Stage", "a"}}) ==
          "template.yaml:2:3: AllowedPattern of parameter Stage is no regular expression that can "
          "be used here");
    CHECK(with("Type: String, MinLength: 2", {{"Stage", "a"}}) ==
          value + "is shorter than MinLength 2");
    CHECK(with("Type: String, MaxLength: 2", {{"Stage", "abc"}}) ==
          value + "is longer than MaxLength 2");
    CHECK(with("Type: Number", {{"Stage", "1a"}}) == value + "must be a number");
    CHECK(with("Type: Number, MaxValue: 5", {{"Stage", "6"}}) == value + "is more than MaxValue");
    CHECK(with("Type: List<Number>", {{"Stage", "1,x"}}) == value + "must be a number");
}

TEST_CASE("cloudformation stack: a NoEcho parameter's value stands in no error") {
    FakeCloud cloud;
    const std::string message = cloud.deploy_error(registration, {{"Password", "refused"}});
    CHECK_THAT(message,
               Catch::Contains("resource Database (AWS::RDS::DBInstance) could not be made: "
                               "InvalidParameterValue: The password **** is not valid"));
    CHECK_THAT(message, !Catch::Contains("refused"));
}

TEST_CASE("cloudformation stack: an unknown operation of a missing service is told, not ignored") {
    World world;
    const aws::Identity identity;
    aws::Api api;
    Stack stack(world, identity, api, "empty");
    const Template source = Template::from_resources(
        parse_document("Q: {Type: AWS::SQS::Queue}", "template.yaml"), FakeCloud::folder());
    CHECK_THAT(error_of([&] { stack.deploy(source, {}); }),
               Catch::Contains("template.yaml:1:1: resource Q (AWS::SQS::Queue) could not be made: "
                               "UnknownOperationException"));
}

TEST_CASE("cloudformation stack: a log group is made with its retention") {
    FakeCloud cloud;
    cloud.deploy(resources(
        "  G: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /a, RetentionInDays: 30}}"));
    CHECK(cloud.parameters_of("logs.CreateLogGroup") == Json{{"logGroupName", "/a"}});
    CHECK(cloud.parameters_of("logs.PutRetentionPolicy") ==
          Json{{"logGroupName", "/a"}, {"retentionInDays", 30}});
    CHECK(cloud.stack.attribute("G", "Arn") ==
          "arn:aws:logs:us-east-1:000000000000:log-group:/a:*");
}
