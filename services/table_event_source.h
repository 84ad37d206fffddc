/// Lets Lambda's event source mappings poll the streams of DynamoDB tables: the one place that
/// knows both.
#pragma once

#include "services/aws/identity.h"
#include "services/lambda/stream_source.h"

#include <memory>
#include <string_view>
#include <utility>

namespace orrery {

struct World;

namespace dynamodb {
class DynamoDbService;
}

class TableEventSources final : public lambda::StreamSources {
public:
    /// `dynamodb`, which is the service of `identity`, must outlive this and the sources it finds.
    TableEventSources(World& world, dynamodb::DynamoDbService& dynamodb, aws::Identity identity)
        : world_(world), dynamodb_(dynamodb), identity_(std::move(identity)) {}

    bool serves(std::string_view arn) const override;
    std::unique_ptr<lambda::StreamSource> find(std::string_view arn) override;

private:
    World& world_;
    dynamodb::DynamoDbService& dynamodb_;
    aws::Identity identity_;
};

}  // namespace orrery
