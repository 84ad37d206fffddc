#include "handlers/runtime/log_splitter.h"

#include <algorithm>
#include <utility>

namespace orrery {

namespace {
constexpr std::size_t frame_header = log_frame_mark.size() + 4;
}

void LogSplitter::add(std::string_view bytes) {
    pending_.append(bytes);
    std::string_view rest = pending_;
    while (!rest.empty() &&
           (rest.starts_with(log_frame_mark) ? take_frame(rest) : take_line(rest))) {
    }
    pending_.erase(0, pending_.size() - rest.size());
}

bool LogSplitter::take_frame(std::string_view& rest) {
    if (rest.size() < frame_header) {
        return false;
    }
    std::size_t length = 0;
    for (std::size_t index = 0; index < 4; ++index) {
        length |= static_cast<std::size_t>(
                      static_cast<unsigned char>(rest[log_frame_mark.size() + index]))
                  << (8 * index);
    }
    if (rest.size() < frame_header + length) {
        return false;
    }
    std::string_view text = rest.substr(frame_header, length);
    while (text.size() > max_log_event_bytes) {
        event_(std::string(text.substr(0, max_log_event_bytes)));
        text.remove_prefix(max_log_event_bytes);
    }
    event_(std::string(text));
    rest.remove_prefix(frame_header + length);
    return true;
}

bool LogSplitter::take_line(std::string_view& rest) {
    const auto line_end = rest.substr(0, max_log_event_bytes).find('\n');
    // A record begins in the middle of a line: what stands before it is an event of its own.
    const auto frame = rest.substr(0, std::min(line_end, max_log_event_bytes)).find(log_frame_mark);
    std::size_t end = max_log_event_bytes;
    if (frame != std::string_view::npos) {
        end = frame;
    } else if (line_end != std::string_view::npos) {
        end = line_end + 1;
    } else if (rest.size() < max_log_event_bytes) {
        return false;
    }
    event_(std::string(rest.substr(0, end)));
    rest.remove_prefix(end);
    return true;
}

void LogSplitter::flush() {
    if (!pending_.empty()) {
        event_(std::exchange(pending_, {}));
    }
}

}  // namespace orrery
