/// Lambda events as scenarios look at them: what streams carry as base64 is readable.
#pragma once

#include "engine/json.h"

#include <string>

namespace orrery {

/// The event with the data of Kinesis records decoded.
Json event_view(const std::string& event);

/// What a person would call a record of an event: a message's body and a stream record's data, or
/// the JSON that they hold; the key of an item, without its type, all of them if there are two.
Json record_view(const Json& record);

/// What a function names a record by in batchItemFailures: message id or sequence number. Null for
/// what is no record.
Json record_identifier(const Json& record);

}  // namespace orrery
