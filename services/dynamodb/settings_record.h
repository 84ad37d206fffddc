/// Tables' settings and backups as JSON records for the store, and back.
#pragma once

#include "engine/json.h"

namespace orrery::dynamodb {

struct Backup;
struct TableSettings;

Json settings_record(const TableSettings& settings);
TableSettings settings_in(const Json& record);
/// Without its items.
Json backup_record(const Backup& backup);
/// It is available: what was under way is complete.
Backup backup_in(const Json& record);

}  // namespace orrery::dynamodb
