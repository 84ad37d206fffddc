#include "services/lambda/mapping_settings.h"

namespace orrery::lambda {

std::optional<FilteredSource> source_kind(std::string_view arn) {
    if (arn.starts_with("arn:aws:sqs:")) {
        return FilteredSource::sqs;
    }
    if (arn.starts_with("arn:aws:kinesis:")) {
        return FilteredSource::kinesis;
    }
    if (arn.starts_with("arn:aws:dynamodb:") && arn.find("/stream/") != std::string_view::npos) {
        return FilteredSource::dynamodb;
    }
    return std::nullopt;
}

}  // namespace orrery::lambda
