/// A stream's record in AWS's JSON.
#pragma once

#include "engine/json.h"
#include "services/dynamodb/schema.h"

#include <cstdint>
#include <string>

namespace orrery::dynamodb {

enum class ChangeKind : std::uint8_t;
struct StreamRecord;

/// "INSERT", "MODIFY", "REMOVE".
const char* event_name(ChangeKind kind);

/// As GetRecords answers it.
Json stream_record_json(const StreamRecord& record, StreamView view, const std::string& region);

}  // namespace orrery::dynamodb
