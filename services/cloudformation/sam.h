/// The SAM transform: turns AWS::Serverless::… into the plain resources that AWS makes of them.
#pragma once

#include "services/cloudformation/template.h"

#include <vector>

namespace orrery::cloudformation {

/// The function, then its role if it names none (`<id>Role`), then an event source mapping for each
/// event
/// (`<id><event>`). `globals` is the template's Globals.Function, or null. [docs:
/// sam-specification-generated-resources]
std::vector<Resource> expand_serverless_function(const Resource& function,
                                                 const DocumentNode* globals);

/// AWS::Serverless::LayerVersion as AWS::Lambda::LayerVersion.
Resource expand_serverless_layer(const Resource& layer);

/// AWS::Serverless::SimpleTable as AWS::DynamoDB::Table. `globals` is the template's
/// Globals.SimpleTable, or null.
Resource expand_serverless_simple_table(const Resource& table, const DocumentNode* globals);

}  // namespace orrery::cloudformation
