/// A resource type is a row: the properties it knows and a function that makes one. Rows stand in
/// resources/*.cpp.
#pragma once

#include "engine/json.h"
#include "engine/random.h"
#include "services/aws/api.h"
#include "services/aws/identity.h"
#include "services/cloudformation/properties.h"
#include "services/cloudformation/stack.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::cloudformation {

/// What there is of a resource once it is made.
struct Created {
    std::string physical_id;                                     // what Ref gives
    std::map<std::string, std::string, std::less<>> attributes;  // what Fn::GetAtt gives
};

enum class NameCase : std::uint8_t { kept, lower };

/// What the making of one resource may use.
struct Creation {
    const Properties& properties;
    const aws::Api& api;
    const aws::Identity& identity;
    const std::filesystem::path& directory;  // of the template
    const std::string& stack;
    const std::string& logical_id;
    RandomStream random;  // the resource's own, so that none shifts another's names
    Existing existing = Existing::compared;

    /// "Stack-LogicalId-1A2B3C4D5E6F", as CloudFormation names what its template does not, cut to
    /// `longest` characters.
    std::string generated_name(std::size_t longest, NameCase name_case = NameCase::kept);
    /// The property of that name, or a generated name.
    std::string name_or_generated(std::string_view property,
                                  std::size_t longest,
                                  NameCase name_case = NameCase::kept);
    /// "vpc-" and 17 hexadecimal digits.
    std::string generated_id(std::string_view prefix) {
        return std::string(prefix) + random.hex(17);
    }
};

struct ResourceType {
    std::string_view name;
    std::vector<std::string_view>
        required;                        // must be there; each stands in `used` or `accepted` too
    std::vector<std::string_view> used;  // have their effect
    std::vector<std::string_view> accepted;     // have none here
    std::vector<std::string_view> unsupported;  // refused, unless empty
    std::vector<std::string_view> attributes;   // that Fn::GetAtt knows
    Created (*create)(Creation& creation);
};

/// All types, in the order of their services.
const std::vector<ResourceType>& resource_types();
/// Throws UsageError at `where` for an unknown type.
const ResourceType& resource_type(const std::string& name, const Location& where);

// One for each file of resources/.
std::vector<ResourceType> dynamodb_types();
std::vector<ResourceType> ec2_types();
std::vector<ResourceType> iam_types();
std::vector<ResourceType> kinesis_types();
std::vector<ResourceType> lambda_types();
std::vector<ResourceType> logs_types();
std::vector<ResourceType> rds_types();
std::vector<ResourceType> sqs_types();

}  // namespace orrery::cloudformation
