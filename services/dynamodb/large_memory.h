/// Memory in large pieces, on huge pages where the system has them for who asks: of a gigabyte in
/// small pages each read of another place costs a walk through the tables of pages, too.
#pragma once

#include <cstddef>

namespace orrery::dynamodb {

void* take_large_memory(std::size_t bytes);
/// `bytes` as they were when it was taken.
void give_back_large_memory(void* memory, std::size_t bytes);

/// For containers that may become large.
template <typename T>
struct LargeMemory {
    using value_type = T;

    LargeMemory() = default;
    template <typename Other>
    explicit LargeMemory(const LargeMemory<Other>& /*other*/) {}

    T* allocate(std::size_t count) { return static_cast<T*>(take_large_memory(count * sizeof(T))); }
    void deallocate(T* memory, std::size_t count) {
        give_back_large_memory(memory, count * sizeof(T));
    }
    friend bool operator==(const LargeMemory& /*left*/, const LargeMemory& /*right*/) {
        return true;
    }
};

}  // namespace orrery::dynamodb
