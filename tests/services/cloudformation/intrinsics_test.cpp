#include "services/cloudformation/intrinsics.h"

#include "tests/services/cloudformation/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::cloudformation;

namespace {

constexpr std::string_view names = R"(
Parameters:
  Stage: {Type: String, Default: test}
  Ports: {Type: List<Number>, Default: "80, 443"}
  Words: {Type: CommaDelimitedList, Default: "a, b,c"}
Mappings:
  Sizes:
    us-east-1: {small: 1, large: [2, 3]}
Conditions:
  IsTest: !Equals [!Ref Stage, test]
  IsProd: !Equals [!Ref Stage, prod]
  Either: !Or [!Condition IsTest, {Condition: IsProd}]
  Both: !And [Condition: IsTest, !Condition IsProd]
  Neither: !Not [!Condition Either]
  NumbersAreText: !Equals [1, "1"]
Resources:
  Orders: {Type: AWS::SQS::Queue, Properties: {QueueName: orders}}
)";

/// Evaluates YAML text in the stack above.
Json evaluated(const std::string& text) {
    FakeCloud cloud;
    cloud.deploy(names);
    const Json value = parse_document(text, "value.yaml").to_json(long_forms());
    return cloud.stack.resolve(value, {"value.yaml", 7, 3});
}

}  // namespace

TEST_CASE("cloudformation intrinsics: each function gives what CloudFormation's reference says") {
    const auto [text, expected] = GENERATE(table<std::string, Json>({
        {"!Ref Stage", "test"},
        {"{Ref: Stage}", "test"},
        {"!Ref Ports", Json::array({"80", "443"})},
        {"!Ref Words", Json::array({"a", "b", "c"})},
        {"!Ref Orders", "http://sqs/orders"},
        {"!Ref AWS::Region", "us-east-1"},
        {"!Ref AWS::AccountId", "000000000000"},
        {"!Ref AWS::StackName", "orders"},
        {"!Ref AWS::Partition", "aws"},
        {"!Ref AWS::URLSuffix", "amazonaws.com"},
        {"!Ref AWS::NotificationARNs", Json::array()},
        {"!Ref AWS::NoValue", nullptr},
        {"[1, !Ref AWS::NoValue, {a: !Ref AWS::NoValue, b: 2}]", Json::parse(R"([1, {"b": 2}])")},
        {"!GetAtt Orders.Arn", "arn:aws:sqs:us-east-1:000000000000:orders"},
        {"{Fn::GetAtt: [Orders, QueueName]}", "orders"},
        {"{Fn::GetAtt: Orders.QueueName}", "orders"},
        {"!Sub '${Stage}-${Orders.QueueName}-${AWS::Region}-${!Stage}-$'",
         "test-orders-us-east-1-${Stage}-$"},
        {"!Sub ['${a}/${ Stage }', {a: !Join [':', [x, 1, true]]}]", "x:1:true/test"},
        {"!Join ['', []]", ""},
        {"!Join [',', !Ref Ports]", "80,443"},
        {"!Select [1, [a, b]]", "b"},
        {"!Select ['0', !Split ['|', 'x|y|']]", "x"},
        {"!Split ['|', 'x||y|']", Json::array({"x", "", "y", ""})},
        {"!FindInMap [Sizes, !Ref AWS::Region, small]", 1},
        {"!FindInMap [Sizes, us-east-1, large]", Json::array({2, 3})},
        {"!If [IsTest, yes, no]", "yes"},
        {"!If [IsProd, !Ref Missing, {a: !Ref Stage}]", Json{{"a", "test"}}},
        {"!If [Either, 1, 2]", 1},
        {"!If [Both, 1, 2]", 2},
        {"!If [Neither, 1, 2]", 2},
        {"!If [NumbersAreText, 1, 2]", 1},
        {"!Base64 hello", "aGVsbG8="},
        {"!Base64 {'Fn::Sub': '${Stage}!'}", "dGVzdCE="},
        {"{Fn::Base64: !Ref Stage}", "dGVzdA=="},
        {"!GetAZs ''", Json::array({"us-east-1a", "us-east-1b", "us-east-1c"})},
        {"!Select [0, !GetAZs eu-west-1]", "eu-west-1a"},
        {"{Statement: {Condition: {Bool: true}}}",
         Json::parse(R"({"Statement": {"Condition": {"Bool": true}}})")},
    }));
    CAPTURE(text);
    CHECK(evaluated(text) == expected);
}

TEST_CASE("cloudformation intrinsics: what cannot be carried out is named with its place") {
    const auto [text, message] = GENERATE(table<std::string, std::string>({
        {"a: !ImportValue x", "value.yaml:1:4: the function Fn::ImportValue is not supported"},
        {"a: !Joim [a, b]",
         "value.yaml:1:4: the function Fn::Joim is not supported; did you mean 'Fn::Join'?"},
        {"{Fn::Cidr: x}", "value.yaml:7:3: the function Fn::Cidr is not supported"},
        {"{Fn::Sub: x, b: 1}", "value.yaml:7:3: Fn::Sub must be the only key of its mapping"},
        {"!Ref Stagee",
         "value.yaml:7:3: the template has no parameter or resource 'Stagee'; did you mean "
         "'Stage'?"},
        {"!GetAtt Order.Arn",
         "value.yaml:7:3: the template has no resource 'Order'; did you mean 'Orders'?"},
        {"!GetAtt Orders.Arm",
         "value.yaml:7:3: AWS::SQS::Queue (Orders) has no attribute 'Arm' here; did you mean "
         "'Arn'?"},
        {"!GetAtt Orders", "value.yaml:1:1: Fn::GetAtt takes Resource.Attribute"},
        {"!Sub 'a${Stage'",
         "value.yaml:7:3: Fn::Sub: ${ without its }; a literal ${ is written ${!...}"},
        {"!Sub '${Ports}'", "value.yaml:7:3: Fn::Sub needs text here, not a list or an object"},
        {"!Select [2, [a, b]]", "value.yaml:7:3: Fn::Select cannot take item 2 of a list of 2"},
        {"!Select [-1, [a, b]]", "value.yaml:7:3: Fn::Select needs an index counted from 0"},
        {"!Split ['', a]", "value.yaml:7:3: Fn::Split needs a delimiter that is not empty"},
        {"!Join [a]", "value.yaml:7:3: Fn::Join takes a list of 2 items"},
        {"!If [Nothing, 1, 2]",
         "value.yaml:7:3: the template has no condition 'Nothing'; allowed: IsTest, IsProd, "
         "Either, Both, "
         "Neither, NumbersAreText"},
        {"!FindInMap [Sizes, us-east-1, smal]",
         "value.yaml:7:3: Fn::FindInMap finds no key 'smal' in the mapping; did you mean 'small'?"},
        {"!FindInMap [Size, a, b]",
         "value.yaml:7:3: the template has no mapping 'Size'; did you mean 'Sizes'?"},
        {"!Equals [a, b]",
         "value.yaml:7:3: Fn::Equals stands only in the Conditions section or inside a condition"},
        {"'{{resolve:secretsmanager:x}}'",
         "value.yaml:7:3: dynamic references ({{resolve:...}}) are not supported: use a parameter"},
    }));
    CAPTURE(text);
    CHECK(error_of([&text = text] { evaluated(text); }) == message);
}

TEST_CASE("cloudformation intrinsics: a condition that depends on itself is refused") {
    FakeCloud cloud;
    CHECK(cloud.deploy_error("Conditions:\n"
                             "  A: !Not [!Condition B]\n"
                             "  B: !Not [!Condition A]\n"
                             "Resources:\n"
                             "  Q: {Type: AWS::SQS::Queue, Condition: A}\n") ==
          "template.yaml:3:12: the condition A depends on itself");
}
