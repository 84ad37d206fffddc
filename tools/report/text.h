/// Small pieces of readable text: counted nouns, shortened ids, visible control characters,
/// colours.
#pragma once

#include "engine/time.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::report {

enum class Palette : std::uint8_t { plain, colored };
enum class Tone : std::uint8_t { normal, dim, strong, good, bad, queue, function, database };

/// `text` in the colour of `tone`, or as it is.
std::string paint(std::string_view text, Tone tone, Palette palette);

/// "+00:00:31.250": hours, minutes, seconds, milliseconds (rounded down).
std::string relative_time(Duration since_start);

/// Enough of an id to find it again in a trace: the first group of a UUID.
std::string_view short_id(std::string_view id);
/// "1st", "2nd", "11th"
std::string ordinal(std::uint64_t number);
/// "1 message", "3 messages"
std::string counted(std::uint64_t number, std::string_view noun);

/// Control characters made visible, so that no text can drive the reader's terminal; tabs become
/// two blanks.
std::string printable(std::string_view text);
/// Runs of white space as one blank, and at most `limit` characters, then "...".
std::string one_line(std::string_view text, std::size_t limit);
/// `word` as a shell understands it: in quotes where it needs them.
std::string shell_word(const std::string& word);
/// How many characters (code points) `text` has: its width, for the text we print.
std::size_t width(std::string_view text);

}  // namespace orrery::report
