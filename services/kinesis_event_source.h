/// Kinesis streams, and their consumers, as event source mappings of Lambda poll them.
#pragma once

#include "services/lambda/stream_source.h"

namespace orrery {

namespace kinesis {
class KinesisService;
}

class KinesisEventSources final : public lambda::StreamSources {
public:
    explicit KinesisEventSources(kinesis::KinesisService& kinesis) : kinesis_(kinesis) {}

    bool serves(std::string_view arn) const override;
    std::unique_ptr<lambda::StreamSource> find(std::string_view arn) override;

private:
    kinesis::KinesisService& kinesis_;
};

}  // namespace orrery
