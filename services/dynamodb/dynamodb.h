/// Amazon DynamoDB and its streams: all that other parts of Orrery may include besides stream.h.
/// The operations by name, and typed access to items and streams.
#pragma once

#include "engine/time.h"
#include "services/aws/api.h"
#include "services/aws/identity.h"
#include "services/aws/metrics.h"
#include "services/dynamodb/attribute_value.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {
struct World;
}

namespace orrery::dynamodb {

class ControlPlane;
class Stream;
class Tables;

class DynamoDbService final : private aws::MetricSampler {
public:
    /// `world` must outlive the service, and so must `metrics`, where its tables are measured; it
    /// may be null.
    DynamoDbService(World& world, aws::Identity identity, aws::MetricWriter* metrics = nullptr);
    ~DynamoDbService() override;
    DynamoDbService(const DynamoDbService&) = delete;
    DynamoDbService& operator=(const DynamoDbService&) = delete;

    aws::ApiService& api() { return api_; }
    aws::ApiService& streams_api() { return streams_api_; }

    /// How long operations on items take from now on; no time at first.
    void set_latency(Duration latency);

    /// In alphabetical order.
    std::vector<std::string> table_names() const;
    /// What lies in a table, in the order of a scan; nothing if there is no such table. Looking
    /// leaves no trace and consumes no capacity.
    std::optional<std::vector<Item>> items(std::string_view table) const;
    /// Null if there is no such stream. One that was closed is there for a day more, and then goes.
    Stream* find_stream(std::string_view arn);
    /// Whether there is neither a table nor a backup.
    bool empty() const;

private:
    void sample_metrics() override;

    aws::ApiService api_{"dynamodb"};
    aws::ApiService streams_api_{"dynamodbstreams"};
    std::unique_ptr<Tables> tables_;
    std::unique_ptr<ControlPlane> control_;
};

}  // namespace orrery::dynamodb
