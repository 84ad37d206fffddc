#include "services/rds/protocol/messages.h"

#include "services/rds/protocol/packet.h"

#include <array>
#include <charconv>

namespace orrery::rds {

namespace {

std::string ok_with_header(std::uint8_t header,
                           const MessageContext& context,
                           const StatementResult& result) {
    PacketWriter writer;
    writer.u8(header).lenenc_integer(result.affected).lenenc_integer(result.insert_id);
    writer.u16(context.status).u16(result.warnings).bytes(result.info);
    return writer.payload();
}

/// FLOAT shows the digits that a four-byte number has.
std::string float_text(double number) {
    std::array<char, 64> buffer{};
    const auto end =
        std::to_chars(
            buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::general, 6)
            .ptr;
    double rounded = 0;
    std::from_chars(buffer.data(), end, rounded);
    return double_text(rounded);
}

}  // namespace

std::string ok_message(const MessageContext& context, const StatementResult& result) {
    return ok_with_header(0x00, context, result);
}

std::string error_message(const MysqlError& error) {
    PacketWriter writer;
    writer.u8(0xFF)
        .u16(error.number())
        .bytes("#")
        .bytes(error.sqlstate())
        .bytes(error.message().substr(0, 511));
    return writer.payload();
}

std::string eof_message(const MessageContext& context, std::uint16_t warnings) {
    return PacketWriter().u8(0xFE).u16(warnings).u16(context.status).payload();
}

std::string end_of_rows_message(const MessageContext& context, const StatementResult& result) {
    if ((context.capabilities & capability::deprecate_eof) != 0) {
        StatementResult end;
        end.warnings = result.warnings;
        return ok_with_header(0xFE, context, end);
    }
    return eof_message(context, result.warnings);
}

std::string column_message(const ResultColumn& column) {
    const WireType wire = wire_type(column.type);
    PacketWriter writer;
    writer.lenenc_bytes("def").lenenc_bytes(column.schema).lenenc_bytes(column.table);
    writer.lenenc_bytes(column.original_table)
        .lenenc_bytes(column.name)
        .lenenc_bytes(column.original_name);
    writer.lenenc_integer(0x0C).u16(wire.character_set).u32(wire.length).u8(wire.code);
    writer.u16(static_cast<std::uint16_t>(wire.flags | column.flags)).u8(wire.decimals).u16(0);
    return writer.payload();
}

std::string row_message(const StatementResult& result, const Row& row) {
    PacketWriter writer;
    for (std::size_t index = 0; index < row.size(); ++index) {
        const Value& value = row[index];
        const auto* const real = std::get_if<double>(&value);
        if (is_null(value)) {
            writer.u8(0xFB);
        } else if (real != nullptr && result.columns[index].type.name == TypeName::float_number) {
            writer.lenenc_bytes(float_text(*real));
        } else {
            writer.lenenc_bytes(to_text(value));
        }
    }
    return writer.payload();
}

}  // namespace orrery::rds
