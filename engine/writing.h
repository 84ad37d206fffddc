/// Text written piece by piece straight into a string's memory, where a call for each piece would
/// cost more than the pieces.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::writing {

/// More than any integer takes.
inline constexpr std::size_t integer_bytes = 24;

// Each writes from `to` on, where there must be room, and returns where it ended.

inline char* text(char* to, std::string_view text) {
    return std::copy(text.begin(), text.end(), to);
}
inline char* integer(char* to, std::int64_t value) {
    return std::to_chars(to, to + integer_bytes, value).ptr;
}

/// Appends to `out` what `write` writes: it is told from where, and returns where it ended, after
/// at most `most` bytes.
template <typename Write>
void append(std::string& out, std::size_t most, Write write) {
    const std::size_t before = out.size();
    out.resize(before + most);
    const char* end = write(out.data() + before);
    out.resize(static_cast<std::size_t>(end - out.data()));
}

}  // namespace orrery::writing
