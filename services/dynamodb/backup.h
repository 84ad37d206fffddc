/// A backup: a table's definition and its items as they were.
#pragma once

#include "engine/time.h"
#include "services/dynamodb/table.h"
#include "services/dynamodb/table_settings.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::dynamodb {

struct Backup {
    std::uint64_t number = 0;  // of its place in the store; never used again
    std::string arn;
    std::string name;
    Instant created_at;
    bool available = false;
    TableDefinition definition;
    TableSettings settings;
    std::string stream_view;  // of the table's stream, AWS's word; empty: it had none
    std::uint64_t size_bytes = 0;
    std::vector<std::string> items;  // stored bytes (encode_item)
};

// Where the store has backups by number, and their items by (number, place).
inline constexpr std::string_view backup_collection = "backup";
inline constexpr std::string_view backup_item_collection = "backup-item";

}  // namespace orrery::dynamodb
