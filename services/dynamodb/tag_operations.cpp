// Tags of tables. [docs: API_TagResource; dyl]
#include "services/dynamodb/control_operations.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

namespace orrery::dynamodb {

namespace {

/// What ResourceArn names.
ManagedTable& tagged_table(Request& request) {
    const std::string arn = request.parameters.string("ResourceArn");
    if (!arn.starts_with("arn:aws:dynamodb:") || arn.find(":table/") == std::string::npos) {
        throw validation_error("Invalid TableArn: Invalid ResourceArn provided as input " + arn);
    }
    ManagedTable* table = request.control.find(arn);
    if (table == nullptr) {
        // Spelt so. [dyl]
        throw aws::ApiError("ResourceNotFoundException",
                            "Requested resource not found: ResourcArn: " + arn + " not found");
    }
    return *table;
}

Json tag_resource(Request& request) {
    ManagedTable& table = tagged_table(request);
    const Json& tags = *request.parameters.optional("Tags");
    request.parameters.finish();
    if (tags.empty()) {
        throw validation_error("Atleast one Tag needs to be provided as Input.");  // [dyl]
    }
    auto all = table.settings.tags;
    add_tags(tags, all);
    table.settings.tags = std::move(all);
    request.control.changed(table);
    return Json::object();
}

Json untag_resource(Request& request) {
    ManagedTable& table = tagged_table(request);
    const std::vector<std::string> keys = request.parameters.strings("TagKeys");
    request.parameters.finish();
    if (keys.empty()) {
        throw validation_error("Atleast one Tag Key should be provided as Input.");  // [dyl]
    }
    for (const std::string& key : keys) {
        table.settings.tags.erase(key);
    }
    request.control.changed(table);
    return Json::object();
}

/// All of them at once: there is never a next page.
Json list_tags_of_resource(Request& request) {
    const ManagedTable& table = tagged_table(request);
    request.parameters.accept("NextToken");
    request.parameters.finish();
    Json tags = Json::array();
    for (const auto& [key, value] : table.settings.tags) {
        tags.push_back({{"Key", key}, {"Value", value}});
    }
    return {{"Tags", std::move(tags)}};
}

}  // namespace

void add_tag_operations(const Rows& rows) {
    rows.add("ListTagsOfResource", list_tags_of_resource);
    rows.add("TagResource", tag_resource);
    rows.add("UntagResource", untag_resource);
}

}  // namespace orrery::dynamodb
