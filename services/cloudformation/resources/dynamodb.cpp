// AWS::DynamoDB::*. [docs: aws-resource-dynamodb-table, aws-resource-dynamodb-globaltable]
#include "services/aws/model.h"
#include "services/aws/validate.h"
#include "services/cloudformation/resource_type.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <set>

namespace orrery::cloudformation {

namespace {

constexpr std::size_t longest_table_name = 255;

/// Templates may have numbers and booleans as text; operations want them typed.
Json typed(const Json& value, const std::string& member = "") {
    static const std::set<std::string, std::less<>> numbers = {"MaxReadRequestUnits",
                                                               "MaxWriteRequestUnits",
                                                               "ReadCapacityUnits",
                                                               "ReadUnitsPerSecond",
                                                               "RecoveryPeriodInDays",
                                                               "WriteCapacityUnits",
                                                               "WriteUnitsPerSecond"};
    static const std::set<std::string, std::less<>> booleans = {
        "DeletionProtectionEnabled", "Enabled", "PointInTimeRecoveryEnabled", "SSEEnabled"};
    if (value.is_object() || value.is_array()) {
        Json result = value;
        for (auto each = result.begin(); each != result.end(); ++each) {
            *each = typed(*each, value.is_object() ? each.key() : "");
        }
        return result;
    }
    if (value.is_string() && numbers.contains(member)) {
        const auto& text = value.get_ref<const std::string&>();
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        return error == std::errc() && end == text.data() + text.size() ? Json(number) : value;
    }
    if (value.is_string() && booleans.contains(member)) {
        return value == "true" ? Json(true) : value == "false" ? Json(false) : value;
    }
    if (!value.is_string() && member == "Value") {
        return scalar_text(value).value_or("");  // of a tag
    }
    return value;
}

/// A structure's member, typed; null if either is not there.
Json member_of(const Json& structure, const char* name) {
    return structure.is_object() ? structure.value(name, Json()) : Json();
}

/// The parameters of an operation must be such that it overlooks none of them.
void check(const Creation& creation, const char* operation, const Json& parameters) {
    const aws::ApiService* service = creation.api.find("dynamodb");
    const aws::Model* model = service == nullptr ? nullptr : service->model();
    if (model == nullptr) {
        return;
    }
    if (const auto mistake = aws::find_mistake(parameters, *model->find_operation(operation))) {
        std::string place;
        for (std::size_t step = 1; step < mistake->path.size(); ++step) {
            place += (step > 1 ? "." : "") + mistake->path[step];
        }
        creation.properties.fail(mistake->path.front(),
                                 (place.empty() ? "" : place + " ") + mistake->problem);
    }
}

/// {SSEEnabled, ...} is called {Enabled, ...} by the operation.
Json encryption(Json specification) {
    if (specification.contains("SSEEnabled")) {
        specification["Enabled"] = specification["SSEEnabled"];
        specification.erase("SSEEnabled");
    }
    return specification;
}

std::string policy_text(const Json& policy) {
    const Json document = member_of(policy, "PolicyDocument");
    return document.is_string() ? document.get<std::string>() : document.dump();
}

/// What is not CreateTable's: each has an operation of its own.
struct Features {
    Json time_to_live;
    Json recovery;
    Json insights;                         // {Enabled, Mode}
    Json index_insights = Json::object();  // by the index's name
};

void enable_insights(const Creation& creation,
                     const std::string& table,
                     const std::string& index,
                     const Json& insights) {
    if (member_of(insights, "Enabled") != true) {
        return;
    }
    Json parameters{{"TableName", table}, {"ContributorInsightsAction", "ENABLE"}};
    if (!index.empty()) {
        parameters["IndexName"] = index;
    }
    if (const Json mode = member_of(insights, "Mode"); !mode.is_null()) {
        parameters["ContributorInsightsMode"] = mode;
    }
    creation.api.call_now("dynamodb", "UpdateContributorInsights", parameters);
}

void set_features(const Creation& creation, const std::string& table, const Features& features) {
    const aws::Api& api = creation.api;
    if (member_of(features.time_to_live, "Enabled") == true) {
        api.call_now("dynamodb",
                     "UpdateTimeToLive",
                     {{"TableName", table}, {"TimeToLiveSpecification", features.time_to_live}});
    }
    if (member_of(features.recovery, "PointInTimeRecoveryEnabled") == true) {
        api.call_now(
            "dynamodb",
            "UpdateContinuousBackups",
            {{"TableName", table}, {"PointInTimeRecoverySpecification", features.recovery}});
    }
    enable_insights(creation, table, "", features.insights);
    for (const auto& [index, insights] : features.index_insights.items()) {
        enable_insights(creation, table, index, insights);
    }
}

/// Takes out of the indexes what CreateTable does not know.
void take_index_insights(Json& indexes, Features& features) {
    for (Json& index : indexes) {
        if (index.is_object() && index.contains("ContributorInsightsSpecification")) {
            features.index_insights[index.value("IndexName", "")] =
                index["ContributorInsightsSpecification"];
            index.erase("ContributorInsightsSpecification");
        }
    }
}

/// Makes the table and waits until it is active, which takes no time here. One that was kept from
/// an earlier process stays as it is.
Created make_table(Creation& creation, const Json& parameters, const Features& features) {
    const std::string& name = parameters.at("TableName").get_ref<const std::string&>();
    const auto describe = [&] {
        return creation.api.call_now("dynamodb", "DescribeTable", {{"TableName", name}})
            .at("Table");
    };
    Json table;
    if (creation.existing == Existing::kept) {
        try {
            table = describe();
        } catch (const aws::ApiError&) {
            table = Json();  // there is none
        }
    }
    if (table.is_null()) {
        creation.api.call_now("dynamodb", "CreateTable", parameters);
        creation.api.call_now("dynamodb", "FinishChanges", Json::object());
        set_features(creation, name, features);
        creation.api.call_now("dynamodb", "FinishChanges", Json::object());
        table = describe();
    }
    Created created{name, {{"Arn", table.at("TableArn")}, {"TableId", table.at("TableId")}}};
    if (table.contains("LatestStreamArn")) {
        created.attributes["StreamArn"] = table["LatestStreamArn"];
    }
    return created;
}

/// Properties that CreateTable has under the same name.
void copy_properties(const Properties& properties,
                     std::initializer_list<const char*> names,
                     Json& parameters) {
    for (const char* name : names) {
        if (const Json* value = properties.find(name)) {
            parameters[name] = typed(*value, name);
        }
    }
}

/// What tables and global tables have in common.
void read_common(const Creation& creation, Json& parameters, Features& features) {
    const Properties& properties = creation.properties;
    copy_properties(properties,
                    {"AttributeDefinitions",
                     "BillingMode",
                     "GlobalSecondaryIndexes",
                     "KeySchema",
                     "LocalSecondaryIndexes",
                     "WarmThroughput"},
                    parameters);
    if (parameters.contains("GlobalSecondaryIndexes")) {
        take_index_insights(parameters["GlobalSecondaryIndexes"], features);
    }
    if (const Json* specification = properties.find("SSESpecification")) {
        parameters["SSESpecification"] = encryption(typed(*specification));
    }
    if (const Json* specification = properties.find("StreamSpecification")) {
        parameters["StreamSpecification"] = typed(*specification);
        parameters["StreamSpecification"]["StreamEnabled"] = true;
    }
    if (const Json* specification = properties.find("TimeToLiveSpecification")) {
        features.time_to_live = typed(*specification);
    }
}

Created create_table(Creation& creation) {
    const Properties& properties = creation.properties;
    Json parameters{{"TableName", creation.name_or_generated("TableName", longest_table_name)}};
    Features features;
    read_common(creation, parameters, features);
    copy_properties(properties,
                    {"DeletionProtectionEnabled",
                     "OnDemandThroughput",
                     "ProvisionedThroughput",
                     "TableClass",
                     "Tags"},
                    parameters);
    if (const Json* policy = properties.find("ResourcePolicy")) {
        parameters["ResourcePolicy"] = policy_text(*policy);
    }
    if (const Json* recovery = properties.find("PointInTimeRecoverySpecification")) {
        features.recovery = typed(*recovery);
    }
    if (const Json* insights = properties.find("ContributorInsightsSpecification")) {
        features.insights = typed(*insights);
    }
    check(creation, "CreateTable", parameters);
    return make_table(creation, parameters, features);
}

/// The one replica, which must be here: there are no other Regions to replicate to.
Json only_replica(const Creation& creation) {
    const Json& replicas = *creation.properties.find("Replicas");
    if (!replicas.is_array() || replicas.size() != 1 || !replicas[0].is_object() ||
        replicas[0].value("Region", "") != creation.identity.region) {
        creation.properties.fail("Replicas",
                                 "must be one replica, in the Region of the stack (" +
                                     creation.identity.region +
                                     "): replication between Regions is not supported");
    }
    return typed(replicas[0]);
}

Created create_global_table(Creation& creation) {
    const Json replica = only_replica(creation);
    Json parameters{{"TableName", creation.name_or_generated("TableName", longest_table_name)}};
    Features features;
    read_common(creation, parameters, features);
    for (const auto& [name, value] : replica.items()) {
        if (name == "DeletionProtectionEnabled" || name == "TableClass" || name == "Tags") {
            parameters[name] = value;
        } else if (name == "PointInTimeRecoverySpecification") {
            features.recovery = value;
        } else if (name == "ContributorInsightsSpecification") {
            features.insights = value;
        } else if (name == "ResourcePolicy") {
            parameters["ResourcePolicy"] = policy_text(value);
        } else if (name != "Region" && name != "GlobalSecondaryIndexes") {
            creation.properties.fail("Replicas", "has " + name + ", which is not supported");
        }
    }
    check(creation, "CreateTable", parameters);
    return make_table(creation, parameters, features);
}

}  // namespace

std::vector<ResourceType> dynamodb_types() {
    return {
        {.name = "AWS::DynamoDB::GlobalTable",
         .required = {"AttributeDefinitions", "KeySchema", "Replicas"},
         .used = {"AttributeDefinitions",
                  "BillingMode",
                  "GlobalSecondaryIndexes",
                  "KeySchema",
                  "LocalSecondaryIndexes",
                  "Replicas",
                  "SSESpecification",
                  "StreamSpecification",
                  "TableName",
                  "TimeToLiveSpecification",
                  "WarmThroughput"},
         .accepted = {},
         .unsupported = {"GlobalTableSourceArn",
                         "GlobalTableWitnesses",
                         "MultiRegionConsistency",
                         "ReadOnDemandThroughputSettings",
                         "ReadProvisionedThroughputSettings",
                         "WriteOnDemandThroughputSettings",
                         "WriteProvisionedThroughputSettings"},
         .attributes = {"Arn", "StreamArn", "TableId"},
         .create = create_global_table},
        {.name = "AWS::DynamoDB::Table",
         .required = {"KeySchema"},
         .used = {"AttributeDefinitions",
                  "BillingMode",
                  "ContributorInsightsSpecification",
                  "DeletionProtectionEnabled",
                  "GlobalSecondaryIndexes",
                  "KeySchema",
                  "LocalSecondaryIndexes",
                  "OnDemandThroughput",
                  "PointInTimeRecoverySpecification",
                  "ProvisionedThroughput",
                  "ResourcePolicy",
                  "SSESpecification",
                  "StreamSpecification",
                  "TableClass",
                  "TableName",
                  "Tags",
                  "TimeToLiveSpecification",
                  "WarmThroughput"},
         .accepted = {},
         .unsupported = {"ImportSourceSpecification", "KinesisStreamSpecification"},
         .attributes = {"Arn", "StreamArn"},
         .create = create_table},
    };
}

}  // namespace orrery::cloudformation
