#include "services/dynamodb/stream_record_json.h"

#include "services/dynamodb/schema_json.h"
#include "services/dynamodb/stream.h"

#include <nlohmann/json.hpp>

namespace orrery::dynamodb {

const char* event_name(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::insert: return "INSERT";
        case ChangeKind::modify: return "MODIFY";
        case ChangeKind::remove: break;
    }
    return "REMOVE";
}

Json stream_record_json(const StreamRecord& record, StreamView view, const std::string& region) {
    Json change{{"ApproximateCreationDateTime", epoch_seconds(record.at)},
                {"Keys", write_encoded_item(record.keys)},
                {"SequenceNumber", sequence_text(record.sequence)},
                {"SizeBytes", record.size},
                {"StreamViewType", std::string(view_name(view))}};
    if (!record.before.empty()) {
        change["OldImage"] = write_encoded_item(record.before);
    }
    if (!record.after.empty()) {
        change["NewImage"] = write_encoded_item(record.after);
    }
    Json json{{"eventID", record.event_id},
              {"eventName", event_name(record.kind)},
              {"eventVersion", "1.1"},
              {"eventSource", "aws:dynamodb"},
              {"awsRegion", region},
              {"dynamodb", std::move(change)}};
    if (record.writer == Writer::time_to_live) {
        // [docs: time-to-live-ttl-streams]
        json["userIdentity"] = {{"PrincipalId", "dynamodb.amazonaws.com"}, {"Type", "Service"}};
    }
    return json;
}

}  // namespace orrery::dynamodb
