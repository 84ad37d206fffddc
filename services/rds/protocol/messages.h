/// The payloads a server sends: OK, EOF, ERR, column definitions, text rows. Bytes only, no state.
#pragma once

#include "services/rds/result.h"

#include <cstdint>
#include <string>

namespace orrery::rds {

namespace capability {
inline constexpr std::uint32_t long_password = 0x1;
inline constexpr std::uint32_t found_rows = 0x2;
inline constexpr std::uint32_t long_flag = 0x4;
inline constexpr std::uint32_t connect_with_db = 0x8;
inline constexpr std::uint32_t protocol_41 = 0x200;
inline constexpr std::uint32_t ssl = 0x800;
inline constexpr std::uint32_t transactions = 0x2000;
inline constexpr std::uint32_t secure_connection = 0x8000;
inline constexpr std::uint32_t multi_statements = 0x10000;
inline constexpr std::uint32_t multi_results = 0x20000;
inline constexpr std::uint32_t plugin_auth = 0x80000;
inline constexpr std::uint32_t connect_attributes = 0x100000;
inline constexpr std::uint32_t plugin_auth_lenenc = 0x200000;
inline constexpr std::uint32_t deprecate_eof = 0x1000000;
}  // namespace capability

namespace status {
inline constexpr std::uint16_t in_transaction = 0x1;
inline constexpr std::uint16_t autocommit = 0x2;
inline constexpr std::uint16_t more_results = 0x8;
inline constexpr std::uint16_t no_backslash_escapes = 0x200;
}  // namespace status

/// What the two ends have agreed on and the state they tell each other.
struct MessageContext {
    std::uint32_t capabilities = 0;
    std::uint16_t status = status::autocommit;
};

std::string ok_message(const MessageContext& context, const StatementResult& result);
std::string error_message(const MysqlError& error);
/// Ends columns or rows for a client that did not ask to be without it.
std::string eof_message(const MessageContext& context, std::uint16_t warnings);
/// Ends rows: an EOF, or an OK in its place.
std::string end_of_rows_message(const MessageContext& context, const StatementResult& result);
std::string column_message(const ResultColumn& column);
std::string row_message(const StatementResult& result, const Row& row);

}  // namespace orrery::rds
