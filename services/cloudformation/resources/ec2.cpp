// AWS::EC2::*: accepted with ids, so that templates deploy; there is no network to shape. [docs:
// aws-resource-ec2-vpc, aws-resource-ec2-subnet, aws-resource-ec2-securitygroup,
// aws-resource-ec2-securitygroupingress, aws-resource-ec2-internetgateway,
// aws-resource-ec2-vpcgatewayattachment, aws-resource-ec2-routetable, aws-resource-ec2-route,
// aws-resource-ec2-subnetroutetableassociation]
#include "services/cloudformation/resource_type.h"

#include <algorithm>
#include <iterator>

namespace orrery::cloudformation {

namespace {

std::string text_or_empty(const Creation& creation, std::string_view property) {
    return creation.properties.text(property).value_or("");
}

Created accept_vpc(Creation& creation) {
    const std::string id = creation.generated_id("vpc-");
    return {id,
            {{"VpcId", id},
             {"CidrBlock", text_or_empty(creation, "CidrBlock")},
             {"DefaultNetworkAcl", creation.generated_id("acl-")},
             {"DefaultSecurityGroup", creation.generated_id("sg-")}}};
}

Created accept_subnet(Creation& creation) {
    const std::string id = creation.generated_id("subnet-");
    const std::string zone =
        creation.properties.text("AvailabilityZone").value_or(creation.identity.region + "a");
    return {id,
            {{"SubnetId", id},
             {"AvailabilityZone", zone},
             {"CidrBlock", text_or_empty(creation, "CidrBlock")},
             {"VpcId", text_or_empty(creation, "VpcId")}}};
}

Created accept_security_group(Creation& creation) {
    const std::string id = creation.generated_id("sg-");
    return {id, {{"GroupId", id}, {"Id", id}, {"VpcId", text_or_empty(creation, "VpcId")}}};
}

Created accept_ingress(Creation& creation) {
    const std::string id = creation.generated_id("sgr-");
    return {id, {{"Id", id}}};
}

Created accept_internet_gateway(Creation& creation) {
    const std::string id = creation.generated_id("igw-");
    return {id, {{"InternetGatewayId", id}}};
}

Created accept_gateway_attachment(Creation& creation) {
    const bool internet = creation.properties.has("InternetGatewayId");
    return {(internet ? "IGW|" : "VGW|") + text_or_empty(creation, "VpcId"),
            {{"AttachmentType", internet ? "IGW" : "VGW"}}};
}

Created accept_route_table(Creation& creation) {
    const std::string id = creation.generated_id("rtb-");
    return {id, {{"RouteTableId", id}}};
}

Created accept_route(Creation& creation) {
    const std::string destination = text_or_empty(creation, "DestinationCidrBlock");
    return {text_or_empty(creation, "RouteTableId") + "|" + destination,
            {{"CidrBlock", destination}}};
}

Created accept_route_table_association(Creation& creation) {
    const std::string id = creation.generated_id("rtbassoc-");
    return {id, {{"Id", id}}};
}

std::vector<ResourceType> network_types() {
    return {
        {.name = "AWS::EC2::VPC",
         .required = {},
         .used = {"CidrBlock"},
         .accepted = {"EnableDnsHostnames",
                      "EnableDnsSupport",
                      "InstanceTenancy",
                      "Ipv4IpamPoolId",
                      "Ipv4NetmaskLength",
                      "Tags"},
         .unsupported = {},
         .attributes = {"CidrBlock", "DefaultNetworkAcl", "DefaultSecurityGroup", "VpcId"},
         .create = accept_vpc},
        {.name = "AWS::EC2::Subnet",
         .required = {"VpcId"},
         .used = {"AvailabilityZone", "CidrBlock", "VpcId"},
         .accepted = {"AssignIpv6AddressOnCreation",
                      "AvailabilityZoneId",
                      "EnableDns64",
                      "Ipv6CidrBlock",
                      "MapPublicIpOnLaunch",
                      "PrivateDnsNameOptionsOnLaunch",
                      "Tags"},
         .unsupported = {},
         .attributes = {"AvailabilityZone", "CidrBlock", "SubnetId", "VpcId"},
         .create = accept_subnet},
        {.name = "AWS::EC2::InternetGateway",
         .required = {},
         .used = {},
         .accepted = {"Tags"},
         .unsupported = {},
         .attributes = {"InternetGatewayId"},
         .create = accept_internet_gateway},
        {.name = "AWS::EC2::VPCGatewayAttachment",
         .required = {"VpcId"},
         .used = {"InternetGatewayId", "VpcId"},
         .accepted = {"VpnGatewayId"},
         .unsupported = {},
         .attributes = {"AttachmentType"},
         .create = accept_gateway_attachment},
    };
}

std::vector<ResourceType> route_types() {
    return {
        {.name = "AWS::EC2::RouteTable",
         .required = {"VpcId"},
         .used = {},
         .accepted = {"Tags", "VpcId"},
         .unsupported = {},
         .attributes = {"RouteTableId"},
         .create = accept_route_table},
        {.name = "AWS::EC2::Route",
         .required = {"RouteTableId"},
         .used = {"DestinationCidrBlock", "RouteTableId"},
         .accepted = {"DestinationIpv6CidrBlock",
                      "DestinationPrefixListId",
                      "EgressOnlyInternetGatewayId",
                      "GatewayId",
                      "InstanceId",
                      "NatGatewayId",
                      "NetworkInterfaceId",
                      "TransitGatewayId",
                      "VpcEndpointId",
                      "VpcPeeringConnectionId"},
         .unsupported = {},
         .attributes = {"CidrBlock"},
         .create = accept_route},
        {.name = "AWS::EC2::SubnetRouteTableAssociation",
         .required = {"RouteTableId", "SubnetId"},
         .used = {},
         .accepted = {"RouteTableId", "SubnetId"},
         .unsupported = {},
         .attributes = {"Id"},
         .create = accept_route_table_association},
    };
}

std::vector<ResourceType> security_group_types() {
    return {
        {.name = "AWS::EC2::SecurityGroup",
         .required = {"GroupDescription"},
         .used = {"VpcId"},
         .accepted = {"GroupDescription",
                      "GroupName",
                      "SecurityGroupEgress",
                      "SecurityGroupIngress",
                      "Tags"},
         .unsupported = {},
         .attributes = {"GroupId", "Id", "VpcId"},
         .create = accept_security_group},
        {.name = "AWS::EC2::SecurityGroupIngress",
         .required = {"IpProtocol"},
         .used = {},
         .accepted = {"CidrIp",
                      "CidrIpv6",
                      "Description",
                      "FromPort",
                      "GroupId",
                      "GroupName",
                      "IpProtocol",
                      "SourcePrefixListId",
                      "SourceSecurityGroupId",
                      "SourceSecurityGroupName",
                      "SourceSecurityGroupOwnerId",
                      "ToPort"},
         .unsupported = {},
         .attributes = {"Id"},
         .create = accept_ingress},
    };
}

}  // namespace

std::vector<ResourceType> ec2_types() {
    std::vector<ResourceType> types;
    for (auto* of_kind : {network_types, route_types, security_group_types}) {
        auto some = of_kind();
        std::move(some.begin(), some.end(), std::back_inserter(types));
    }
    return types;
}

}  // namespace orrery::cloudformation
