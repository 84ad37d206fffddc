/// Amazon Kinesis Data Streams: all that other parts of Orrery may include besides stream.h and
/// reading.h. The operations by name, and typed access to the streams.
#pragma once

#include "services/aws/api.h"
#include "services/aws/identity.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {
struct World;
namespace aws {
class MetricWriter;
}
}  // namespace orrery

namespace orrery::kinesis {

struct Consumer;
class Watch;
class Stream;
class Streams;

class KinesisService {
public:
    /// `world` must outlive the service, and so must `metrics`, where its streams are measured; it
    /// may be null.
    KinesisService(World& world, aws::Identity identity, aws::MetricWriter* metrics = nullptr);
    ~KinesisService();
    KinesisService(const KinesisService&) = delete;
    KinesisService& operator=(const KinesisService&) = delete;

    aws::ApiService& api() { return api_; }

    /// In alphabetical order.
    std::vector<std::string> stream_names() const;
    /// The stream that an ARN of it or of one of its consumers names, with that consumer. A stream
    /// that is deleted is gone(), and one made later is another.
    struct Found {
        std::shared_ptr<Stream> stream;  // null if there is none
        Consumer* consumer = nullptr;    // null if the ARN names none, or there is none
    };
    Found find(std::string_view arn) const;
    /// Whether it could be an ARN of a stream or consumer of this account and Region.
    bool owns(std::string_view arn) const;
    /// Calls `made` once, as an event, when there is another stream.
    Watch watch(std::function<void()> made);
    bool empty() const;
    /// Ends all subscriptions.
    void end_subscriptions();

private:
    aws::ApiService api_{"kinesis"};
    std::unique_ptr<Streams> streams_;
};

}  // namespace orrery::kinesis
