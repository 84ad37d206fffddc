/// Turns a handler process's output into log events: one for each line, one for each framed record
/// however many lines.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace orrery {

/// A bootstrap writes a record that may span lines as: log_frame_mark, u32 little-endian length,
/// text. The mark is no UTF-8, so no text a program prints can hold it.
inline constexpr std::string_view log_frame_mark{"\xA5\x5A\xFF\x01", 4};

/// A line longer than this is cut into several events, as CloudWatch Logs' limit on an event
/// demands. [docs: cloudwatch_limits_cwl: event size 1 MB since April 2025, was 256 KB]
inline constexpr std::size_t max_log_event_bytes = 1'048'576;

class LogSplitter {
public:
    explicit LogSplitter(std::function<void(std::string)> event) : event_(std::move(event)) {}

    void add(std::string_view bytes);
    /// The invocation is over: an unfinished line is an event.
    void flush();

private:
    // Each takes what is complete from the front of `rest`; false if nothing is.
    bool take_frame(std::string_view& rest);
    bool take_line(std::string_view& rest);

    std::function<void(std::string)> event_;
    std::string pending_;
};

}  // namespace orrery
