#include "tools/report/words.h"

#include "tools/report/event_field.h"
#include "tools/report/kinesis_words.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace orrery::report {

namespace {

std::vector<std::string> ids_of(const Json& data) {
    const auto found = data.find("message_ids");
    if (found == data.end() || !found->is_array()) {
        return {};
    }
    std::vector<std::string> ids;
    for (const Json& id : *found) {
        ids.push_back(id.is_string() ? id.get<std::string>() : id.dump());
    }
    return ids;
}

std::string message(const Json& data) {
    return "message " + std::string(short_id(field(data, "message_id")));
}

/// "message 6ab3c1f0 received", "3 messages received: 6ab3c1f0, 0c77aa12 (2nd time), 91d0ffe2"
template <typename Note>
std::string messages(const Json& data, const std::string& happened, const Note& note) {
    constexpr std::size_t most = 10;
    const auto ids = ids_of(data);
    if (ids.size() == 1) {
        return "message " + std::string(short_id(ids[0])) + " " + happened + note(ids[0]);
    }
    std::string text = counted(ids.size(), "message") + " " + happened;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::string noted = note(ids[i]);
        if (i < most) {
            text += (i == 0 ? ": " : ", ") + std::string(short_id(ids[i])) + noted;
        }
    }
    return ids.size() > most ? text + " and " + std::to_string(ids.size() - most) + " more" : text;
}

std::string created(const Json&, Receives&) {
    return "created";
}

std::string deleted(const Json&, Receives&) {
    return "deleted";
}

std::string purged(const Json& data, Receives&) {
    return "purged" + where_given(" of ", data, "messages", " messages");
}

std::string message_sent(const Json& data, Receives&) {
    const std::string delay = field(data, "delay");
    return message(data) + " sent" + where_given(" (", data, "bytes", " bytes") +
           (delay.empty() || delay == "0s" ? "" : ", delayed by " + delay) +
           (field(data, "bytes").empty() ? "" : ")");
}

std::string message_deduplicated(const Json& data, Receives&) {
    return "sent again and not added: " + message(data);
}

std::string message_redriven(const Json& data, Receives& receives) {
    receives.erase(raw_field(data, "message_id"));
    return message(data) + " sent back to" + where_given(" ", data, "to") + " as a new one";
}

std::string messages_repeated(const Json& data, Receives&) {
    return messages(data, "received again by the same attempt", [](const std::string&) {
        return std::string();
    });
}

std::string request_throttled(const Json& data, Receives&) {
    return "throttled" + where_given(": ", data, "action");
}

std::string messages_received(const Json& data, Receives& receives) {
    const auto note = [&](const std::string& id) {
        const std::uint64_t count = ++receives[id];
        return count > 1 ? " (" + ordinal(count) + " time)" : std::string();
    };
    return messages(data, "received", note) + where_given(" by ", data, "consumer");
}

std::string messages_deleted(const Json& data, Receives& receives) {
    return messages(data, "deleted", [&](const std::string& id) {
        receives.erase(id);
        return std::string();
    });
}

std::string message_visible(const Json& data, Receives&) {
    return message(data) + " visible again" +
           where_given(", receives so far: ", data, "receive_count");
}

std::string message_moved(const Json& data, Receives& receives) {
    receives.erase(raw_field(data, "message_id"));
    return message(data) + " moved to" + where_given(" ", data, "to") +
           where_given(" after ", data, "receive_count", " receives");
}

std::string message_expired(const Json& data, Receives& receives) {
    receives.erase(raw_field(data, "message_id"));
    return message(data) + " expired";
}

std::string move_task(const Json& data) {
    return "message move task " + std::string(short_id(field(data, "task_id")));
}

std::string move_task_started(const Json& data, Receives&) {
    return move_task(data) + " started: " + where_given("", data, "messages", " messages to ") +
           field(data, "to");
}

std::string move_task_moved(const Json& data, Receives&) {
    return move_task(data) + " moved " + where_given("", data, "messages", " messages") +
           where_given(", ", data, "total", " so far");
}

std::string move_task_ended(const Json& data, Receives&) {
    return move_task(data) + " ended" + where_given(": ", data, "status") +
           where_given(" after ", data, "total", " messages") + where_given(": ", data, "reason");
}

std::string mapping_created(const Json& data, Receives&) {
    const std::string source = field(data, "event_source");
    return "fed from " + source.substr(source.rfind(':') + 1) + " by event source mapping " +
           std::string(short_id(field(data, "uuid")));
}

std::string environment(const Json& data) {
    return "environment " + field(data, "environment");
}

std::string environment_starting(const Json& data, Receives&) {
    return environment(data) + " starting";
}

std::string environment_ready(const Json& data, Receives&) {
    return environment(data) + " ready" + where_given(" after ", data, "init_duration");
}

std::string environment_failed(const Json& data, Receives&) {
    return environment(data) + " failed to start" + where_given(": ", data, "error_type");
}

std::string environment_stopped(const Json& data, Receives&) {
    return environment(data) + " stopped" + where_given(": ", data, "reason");
}

std::string invocation(const Json& data) {
    return "invocation " + std::string(short_id(field(data, "request_id")));
}

std::string invocation_started(const Json& data, Receives&) {
    return invocation(data) + " started in " + environment(data) +
           where_given(", batch of ", data, "batch_size");
}

std::string invocation_succeeded(const Json& data, Receives&) {
    return invocation(data) + " succeeded" + where_given(" after ", data, "duration");
}

std::string invocation_failed(const Json& data, Receives&) {
    return invocation(data) + " failed" + where_given(" after ", data, "duration") +
           where_given(": ", data, "error_type") + where_given(": ", data, "error_message");
}

std::string invocation_throttled(const Json& data, Receives&) {
    return "invocation throttled" + where_given(": no concurrency left, ", data, "reason");
}

std::string invocation_recursive(const Json& data, Receives&) {
    return "invocation refused: it would go on with a loop of " + field(data, "invocations") +
           " invocations";
}

std::string event(const Json& data) {
    return "event " + std::string(short_id(field(data, "request_id")));
}

std::string event_queued(const Json& data, Receives&) {
    return event(data) + " queued" + where_given(" (", data, "bytes", " bytes)");
}

std::string event_retrying(const Json& data, Receives&) {
    return event(data) + " tried again in " + field(data, "after") + ": " + field(data, "reason");
}

std::string event_dropped(const Json& data, Receives&) {
    return event(data) + " dropped: " + field(data, "reason");
}

std::string event_sent_on(const Json& data, Receives&) {
    return event(data) + " sent on to" + where_given(" ", data, "to") +
           where_given(" as ", data, "as");
}

std::string event_not_sent(const Json& data, Receives&) {
    return event(data) + " not sent on to" + where_given(" ", data, "to") +
           where_given(" as ", data, "as") + where_given(": ", data, "problem");
}

std::string batch(const Json& data) {
    const std::string records = field(data, "records");
    return "batch of " + records + (records == "1" ? " record" : " records") +
           where_given(" of ", data, "shard");
}

std::string batch_closed(const Json& data, Receives&) {
    return batch(data) + " closed" + where_given(": ", data, "reason");
}

std::string batch_retrying(const Json& data, Receives&) {
    const bool end = field(data, "records") == "0";
    return (end ? "end of the tumbling window" : batch(data)) + " tried again in " +
           field(data, "after") + where_given(": ", data, "reason");
}

std::string records(const Json& data, const char* name) {
    const std::string count = field(data, name);
    return count + (count == "1" ? " record" : " records");
}

std::string batch_bisected(const Json& data, Receives&) {
    return "failed batch of " + field(data, "shard") + " split: " + records(data, "first") +
           ", then " + field(data, "second");
}

std::string batch_partly_done(const Json& data, Receives&) {
    return records(data, "done") + " of " + field(data, "shard") + " done, " + field(data, "left") +
           " left";
}

std::string given_up(const Json& data) {
    return " dropped" + where_given(": ", data, "condition") +
           where_given(" after ", data, "invocations") +
           (field(data, "invocations") == "1" ? " invocation" : " invocations");
}

std::string batch_dropped(const Json& data, Receives&) {
    return batch(data) + given_up(data);
}

std::string batch_returned(const Json& data, Receives&) {
    const std::string records = field(data, "records");
    return records + (records == "1" ? " message" : " messages") + " left in the queue" +
           where_given(": ", data, "reason") +
           where_given("; visible again at ", data, "visible_at");
}

std::string mapping_settled(const Json& data, Receives&) {
    return "event source mapping is no longer " + field(data, "after");
}

std::string batch_sent_on(const Json& data, Receives&) {
    return "report of the dropped records sent to" + where_given(" ", data, "to");
}

std::string batch_not_sent(const Json& data, Receives&) {
    return "report of the dropped records not sent to" + where_given(" ", data, "to") +
           where_given(": ", data, "problem");
}

std::string records_filtered(const Json& data, Receives&) {
    return "filters" + where_given(" of ", data, "shard") + ": " + field(data, "filtered") +
           " records skipped, " + field(data, "admitted") + " admitted";
}

std::string shard_started(const Json& data, Receives&) {
    return "reads " + field(data, "shard");
}

std::string shard_finished(const Json& data, Receives&) {
    return "has processed all of " + field(data, "shard");
}

std::string shard_trimmed(const Json& data, Receives&) {
    return "records of " + field(data, "shard") + " expired before they were read";
}

std::string window(const Json& data) {
    return "tumbling window of " + field(data, "shard");
}

std::string window_closed(const Json& data, Receives&) {
    return window(data) + " from " + field(data, "start") + " to " + field(data, "end") +
           " closed" + where_given(": ", data, "reason");
}

std::string window_dropped(const Json& data, Receives&) {
    return "state of the " + window(data) + given_up(data);
}

std::string connection(const Json& data) {
    return "connection " + field(data, "connection_id");
}

std::string connection_opened(const Json& data, Receives&) {
    return connection(data) + " opened" + where_given(" by ", data, "user") +
           where_given(" to ", data, "database");
}

std::string connection_closed(const Json& data, Receives&) {
    return connection(data) + " closed";
}

std::string statement(const Json& data, Receives&) {
    return connection(data) + ": " + field(data, "sql") +
           where_given(" -> ", data, "rows", " rows") +
           where_given(" -> ", data, "affected", " affected") +
           where_given(" -> error ", data, "error_code");
}

std::string backup_created(const Json& data, Receives&) {
    return "backup " + field(data, "backup") + " created";
}

std::string became_active(const Json& data, Receives&) {
    return where_given("index ", data, "index", " ") + "active";
}

std::string table_updated(const Json&, Receives&) {
    return "updated";
}

std::string table_restored(const Json&, Receives&) {
    return "created from a backup";
}

std::string item(const Json& data) {
    return "item " + field(data, "key");
}

std::string item_put(const Json& data, Receives&) {
    return item(data) + " put" + where_given(" (", data, "bytes", " bytes)");
}

std::string item_updated(const Json& data, Receives&) {
    return item(data) + " updated" + where_given(" (", data, "bytes", " bytes)");
}

std::string item_deleted(const Json& data, Receives&) {
    return item(data) + " deleted";
}

std::string item_read(const Json& data, Receives&) {
    return item(data) + (field(data, "found") == "false" ? " read: there is none" : " read");
}

std::string items_read(const Json& data, const char* how) {
    return std::string(how) + where_given(" index ", data, "index") + ": " +
           field(data, "returned") + " of " + field(data, "scanned") + " items";
}

std::string items_queried(const Json& data, Receives&) {
    return items_read(data, "queried");
}

std::string items_scanned(const Json& data, Receives&) {
    return items_read(data, "scanned");
}

std::string items_expired(const Json& data, Receives&) {
    return field(data, "items") + " items expired";
}

std::string condition_failed(const Json& data, Receives&) {
    return field(data, "action") + " of " + item(data) + " refused: its condition does not hold";
}

std::string capacity_exceeded(const Json& data, Receives&) {
    return field(data, "action") + " throttled" + where_given(" by index ", data, "index");
}

std::string request_failed(const Json& data, Receives&) {
    return field(data, "action") + " failed with an internal error";
}

std::string transaction_conflict(const Json& data, Receives&) {
    return field(data, "action") + " of " + item(data) + " refused: a transaction is under way";
}

std::string transaction_cancelled(const Json& data, Receives&) {
    return "transaction cancelled: " + field(data, "reasons");
}

/// "key=value" for every field but `except`.
std::string fields(const Json& data, std::string_view except) {
    std::string text;
    for (const auto& [key, value] : data.items()) {
        if (key != except) {
            text += " " + printable(key) + "=" + field(data, key.c_str());
        }
    }
    return text;
}

std::string step(const Json& data, Receives&) {
    const auto what = [&](const char* name) { return where_given(" ", data, name); };
    const std::string text =
        what("call") + what("sql") + what("until") + what("http") + what("run");
    return "step " + field(data, "step") + where_given(" [", data, "occurrence", "]") +
           (text.empty() ? fields(data, "step") : ":" + text);
}

std::string program_output(const Json& data, Receives&) {
    return "step " + field(data, "step") + " | " + field(data, "text");
}

std::string program_ended(const Json& data, Receives&) {
    return "step " + field(data, "step") + " ended: " + field(data, "status");
}

std::string fault_fired(const Json& data, Receives&) {
    return field(data, "point") + " fired" + fields(data, "point");
}

struct Row {
    std::string_view kind;
    std::string (*describe)(const Json& data, Receives& receives);
    Tone tone = Tone::normal;
};

constexpr std::array<Row, 74> rows{{
    {"dynamodb.backup.created", backup_created, Tone::dim},
    {"dynamodb.condition.failed", condition_failed, Tone::bad},
    {"dynamodb.index.active", became_active, Tone::dim},
    {"dynamodb.item.deleted", item_deleted},
    {"dynamodb.item.put", item_put},
    {"dynamodb.item.read", item_read},
    {"dynamodb.item.updated", item_updated},
    {"dynamodb.items.expired", items_expired, Tone::bad},
    {"dynamodb.items.queried", items_queried},
    {"dynamodb.items.scanned", items_scanned},
    {"dynamodb.request.failed", request_failed, Tone::bad},
    {"dynamodb.request.throttled", capacity_exceeded, Tone::bad},
    {"dynamodb.table.active", became_active, Tone::dim},
    {"dynamodb.table.created", created, Tone::dim},
    {"dynamodb.table.deleted", deleted},
    {"dynamodb.table.restored", table_restored, Tone::dim},
    {"dynamodb.table.updated", table_updated, Tone::dim},
    {"dynamodb.transaction.cancelled", transaction_cancelled, Tone::bad},
    {"dynamodb.transaction.conflict", transaction_conflict, Tone::bad},
    {"fault.fired", fault_fired, Tone::bad},
    {"lambda.batch.bisected", batch_bisected, Tone::bad},
    {"lambda.batch.closed", batch_closed},
    {"lambda.batch.dropped", batch_dropped, Tone::bad},
    {"lambda.batch.not_sent", batch_not_sent, Tone::bad},
    {"lambda.batch.partly_done", batch_partly_done, Tone::bad},
    {"lambda.batch.retrying", batch_retrying, Tone::bad},
    {"lambda.batch.returned", batch_returned, Tone::bad},
    {"lambda.batch.sent_on", batch_sent_on},
    {"lambda.environment.failed", environment_failed, Tone::bad},
    {"lambda.environment.ready", environment_ready},
    {"lambda.environment.starting", environment_starting},
    {"lambda.environment.stopped", environment_stopped},
    {"lambda.event.dropped", event_dropped, Tone::bad},
    {"lambda.event.not_sent", event_not_sent, Tone::bad},
    {"lambda.event.queued", event_queued},
    {"lambda.event.retrying", event_retrying, Tone::bad},
    {"lambda.event.sent_on", event_sent_on},
    {"lambda.function.created", created, Tone::dim},
    {"lambda.invocation.failed", invocation_failed, Tone::bad},
    {"lambda.invocation.recursive", invocation_recursive, Tone::bad},
    {"lambda.invocation.started", invocation_started},
    {"lambda.invocation.succeeded", invocation_succeeded, Tone::good},
    {"lambda.invocation.throttled", invocation_throttled, Tone::bad},
    {"lambda.mapping.created", mapping_created, Tone::dim},
    {"lambda.mapping.settled", mapping_settled, Tone::dim},
    {"lambda.records.filtered", records_filtered},
    {"lambda.shard.finished", shard_finished},
    {"lambda.shard.started", shard_started, Tone::dim},
    {"lambda.shard.trimmed", shard_trimmed, Tone::bad},
    {"lambda.window.closed", window_closed},
    {"lambda.window.dropped", window_dropped, Tone::bad},
    {"rds.connection.closed", connection_closed},
    {"rds.connection.opened", connection_opened},
    {"rds.instance.created", created, Tone::dim},
    {"rds.statement", statement},
    {"scenario.program.ended", program_ended},
    {"scenario.program.output", program_output, Tone::dim},
    {"scenario.step", step, Tone::strong},
    {"sqs.message.deduplicated", message_deduplicated},
    {"sqs.message.expired", message_expired, Tone::bad},
    {"sqs.message.moved_to_dlq", message_moved, Tone::bad},
    {"sqs.message.redriven", message_redriven},
    {"sqs.message.sent", message_sent},
    {"sqs.message.visible", message_visible},
    {"sqs.messages.deleted", messages_deleted},
    {"sqs.messages.received", messages_received},
    {"sqs.messages.repeated", messages_repeated},
    {"sqs.move_task.ended", move_task_ended},
    {"sqs.move_task.moved", move_task_moved},
    {"sqs.move_task.started", move_task_started},
    {"sqs.queue.created", created, Tone::dim},
    {"sqs.queue.deleted", deleted},
    {"sqs.queue.purged", purged},
    {"sqs.request.throttled", request_throttled, Tone::bad},
}};

/// Without "<time>\t<request id>\t" in "[INFO]\t<time>\t<request id>\tmessage", as Lambda's Python
/// logging writes it.
std::string_view without_prefix(std::string_view text, std::string& level) {
    const auto time = text.find('\t');
    const auto id = time == std::string_view::npos ? time : text.find('\t', time + 1);
    const auto rest = id == std::string_view::npos ? id : text.find('\t', id + 1);
    if (!text.starts_with('[') || rest == std::string_view::npos || text[time - 1] != ']') {
        return text;
    }
    level = text.substr(0, time);
    level += ' ';
    return text.substr(rest + 1);
}

}  // namespace

Words describe(std::string_view kind, const Json& data, Receives& receives) {
    const auto* row =
        std::find_if(rows.begin(), rows.end(), [&](const Row& each) { return each.kind == kind; });
    if (row != rows.end()) {
        return {row->describe(data, receives), row->tone};
    }
    if (Words words = kinesis_words(kind, data); !words.text.empty()) {
        return words;
    }
    return {printable(kind) + (data.is_object() ? fields(data, "") : ""), Tone::normal};
}

std::vector<std::string> log_lines(const Json& data) {
    const std::string whole = raw_field(data, "message");
    for (const char* platform : {"START RequestId: ", "END RequestId: ", "REPORT RequestId: "}) {
        if (whole.starts_with(platform)) {
            return {};
        }
    }
    std::string level;
    std::string_view text = without_prefix(whole, level);
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(level + printable(text.substr(0, end)));
        level.clear();
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

}  // namespace orrery::report
