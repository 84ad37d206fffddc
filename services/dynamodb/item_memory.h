/// Where the bytes of items lie in memory: blocks of a few sizes, cut from large pieces.
#pragma once

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace orrery::dynamodb {

class ItemMemory {
public:
    ItemMemory() = default;
    ~ItemMemory();
    ItemMemory(const ItemMemory&) = delete;
    ItemMemory& operator=(const ItemMemory&) = delete;

    /// Whether blocks of this size are not cut from pieces: they live until they are given back.
    static bool is_apart(std::size_t bytes);
    /// How many bytes there are in a block for so many.
    static std::size_t room_for(std::size_t bytes);
    char* take(std::size_t bytes);
    /// `bytes` as they were when it was taken, or others that there is the same room for.
    void give_back(char* block, std::size_t bytes);

private:
    struct Unused {
        Unused* next;
    };
    static constexpr std::size_t kinds_of_blocks = 128;

    char* cut(std::size_t room);
    void give_back_pieces();

    std::array<Unused*, kinds_of_blocks> unused_{};  // blocks
    std::vector<std::pair<char*, std::size_t>> pieces_;
    char* rest_ = nullptr;  // of the last piece
    std::size_t rest_size_ = 0;
    std::size_t all_ = 0;    // bytes of all pieces
    std::size_t taken_ = 0;  // blocks
};

}  // namespace orrery::dynamodb
