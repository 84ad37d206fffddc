#include "services/sqs/saved_message.h"

#include "services/sqs/record.h"

namespace orrery::sqs {

namespace {

/// More slots than any queue that fits into memory has.
constexpr std::uint32_t most_slots = 100'000'000;

MessageId read_id(RecordReader& reader) {
    const auto id = MessageId::parse(reader.text());
    if (!id) {
        RecordReader::damaged("has no message id");
    }
    return *id;
}

void write(RecordWriter& writer, const MessageExtras& extras) {
    writer.number(static_cast<std::uint32_t>(extras.attributes.size()));
    for (const MessageAttribute& attribute : extras.attributes) {
        writer.text(attribute.name).text(attribute.data_type).text(attribute.value);
    }
    writer.text(extras.trace_header)
        .text(extras.group_id)
        .text(extras.deduplication_id)
        .number(extras.fifo_place)
        .text(extras.dead_letter_source);
}

MessageExtras read_extras(RecordReader& reader) {
    MessageExtras extras;
    for (auto left = reader.number<std::uint32_t>(); left > 0; --left) {
        MessageAttribute attribute;
        attribute.name = reader.text();
        attribute.data_type = reader.text();
        attribute.value = reader.text();
        extras.attributes.push_back(std::move(attribute));
    }
    extras.trace_header = reader.text();
    extras.group_id = reader.text();
    extras.deduplication_id = reader.text();
    extras.fifo_place = reader.number<std::int64_t>();
    extras.dead_letter_source = reader.text();
    return extras;
}

}  // namespace

std::string saved_prefix(std::string_view queue_arn, std::uint32_t incarnation) {
    return RecordWriter().text(queue_arn).number(incarnation).take();
}

std::size_t saved_prefix_bytes(std::string_view key) {
    RecordReader reader(key);
    const std::string arn = reader.text();
    const auto incarnation = reader.number<std::uint32_t>();
    return sizeof(std::uint32_t) + arn.size() + sizeof incarnation;
}

std::string to_record(const SavedState& state) {
    return RecordWriter().format().number(state.sequence).number(state.highest_stamp).take();
}

SavedState state_from(std::string_view value) {
    RecordReader reader(value);
    reader.format();
    SavedState state;
    state.sequence = reader.number<std::int64_t>();
    state.highest_stamp = reader.number<std::uint32_t>();
    reader.finish();
    return state;
}

std::string slot_key(std::uint32_t slot) {
    return RecordWriter().number(slot).take();
}

std::uint32_t slot_from(std::string_view key) {
    RecordReader reader(key);
    const auto slot = reader.number<std::uint32_t>();
    reader.finish();
    if (slot >= most_slots) {
        RecordReader::damaged("has an impossible key");
    }
    return slot;
}

std::string to_record(const Slot& slot, std::int64_t line_place) {
    const Message& message = slot.message;
    RecordWriter writer;
    writer.format()
        .number(static_cast<std::uint8_t>(slot.state))
        .number(slot.sequence)
        .number(slot.stamp)
        .number(slot.born)
        .number(slot.receipt)
        .instant(slot.until)
        .number(line_place)
        .text(message.id.text())
        .number(message.receive_count)
        .instant(message.sent_at)
        .instant(message.first_received_at)
        .instant(message.received_at)
        .text(message.body)
        .number(static_cast<std::uint8_t>(message.extras != nullptr ? 1 : 0));
    if (message.extras != nullptr) {
        write(writer, *message.extras);
    }
    return writer.take();
}

std::int64_t read_record(std::string_view value, Slot& slot) {
    RecordReader reader(value);
    reader.format();
    const auto state = reader.number<std::uint8_t>();
    slot.sequence = reader.number<std::int64_t>();
    slot.stamp = reader.number<std::uint32_t>();
    slot.born = reader.number<std::uint32_t>();
    slot.receipt = reader.number<std::uint32_t>();
    slot.until = reader.instant();
    const auto line_place = reader.number<std::int64_t>();
    Message& message = slot.message;
    message.id = read_id(reader);
    message.receive_count = reader.number<std::uint32_t>();
    message.sent_at = reader.instant();
    message.first_received_at = reader.instant();
    message.received_at = reader.instant();
    message.body = reader.text();
    if (reader.number<std::uint8_t>() != 0) {
        message.extras = std::make_unique<MessageExtras>(read_extras(reader));
    }
    reader.finish();
    if (state > static_cast<std::uint8_t>(MessageState::delayed) || slot.born == 0 ||
        slot.born >= slot.stamp || slot.receipt > slot.stamp) {
        RecordReader::damaged("contradicts itself");
    }
    slot.state = static_cast<MessageState>(state);
    return line_place;
}

std::string history_key(const DeduplicationHistory::Key& key) {
    return RecordWriter().text(key.id).text(key.group).take();
}

DeduplicationHistory::Key history_from(std::string_view key) {
    RecordReader reader(key);
    DeduplicationHistory::Key read;
    read.id = reader.text();
    read.group = reader.text();
    reader.finish();
    return read;
}

std::string to_record(const DeduplicationHistory::Accepted& accepted) {
    return RecordWriter()
        .format()
        .instant(accepted.at)
        .text(accepted.message.text())
        .number(accepted.place)
        .take();
}

DeduplicationHistory::Accepted accepted_from(std::string_view value) {
    RecordReader reader(value);
    reader.format();
    DeduplicationHistory::Accepted accepted;
    accepted.at = reader.instant();
    accepted.message = read_id(reader);
    accepted.place = reader.number<std::int64_t>();
    reader.finish();
    return accepted;
}

}  // namespace orrery::sqs
