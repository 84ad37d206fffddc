/// A stream's record in AWS's JSON.
#pragma once

#include "engine/json.h"
#include "services/dynamodb/schema.h"

#include <string>

namespace orrery::dynamodb {

struct StreamRecord;

/// As GetRecords answers it.
Json stream_record_json(const StreamRecord& record, StreamView view, const std::string& region);

}  // namespace orrery::dynamodb
