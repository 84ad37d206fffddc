#include "services/dynamodb/large_memory.h"

#include <sys/mman.h>

#include <new>

namespace orrery::dynamodb {

namespace {

constexpr std::size_t huge_page = 2 * 1024 * 1024;

}  // namespace

void* take_large_memory(std::size_t bytes) {
    if (bytes < huge_page) {
        return ::operator new(bytes);
    }
    void* memory = ::operator new(bytes, std::align_val_t(huge_page));
    madvise(memory, bytes, MADV_HUGEPAGE);  // a system that has none refuses, and all is well
    return memory;
}

void give_back_large_memory(void* memory, std::size_t bytes) {
    if (bytes < huge_page) {
        ::operator delete(memory);
    } else {
        ::operator delete(memory, std::align_val_t(huge_page));
    }
}

}  // namespace orrery::dynamodb
