#include "services/dynamodb/storage.h"

#include "engine/world.h"
#include "services/dynamodb/file_storage.h"
#include "services/dynamodb/memory_storage.h"

namespace orrery::dynamodb {

std::unique_ptr<Storage> make_storage(World& world, const aws::Identity& identity) {
    if (world.store == nullptr) {
        return std::make_unique<MemoryStorage>();
    }
    return std::make_unique<FileStorage>(*world.store, identity);
}

}  // namespace orrery::dynamodb
