#include "handlers/runtime/log_splitter.h"

#include <algorithm>
#include <utility>

namespace orrery {

namespace {
constexpr std::size_t frame_header = log_frame_mark.size() + 4;
}

void LogSplitter::add(std::string_view bytes) {
    pending_.append(bytes);
    while (!pending_.empty() &&
           (pending_.starts_with(log_frame_mark) ? take_frame() : take_line())) {
    }
}

bool LogSplitter::take_frame() {
    if (pending_.size() < frame_header) {
        return false;
    }
    std::size_t length = 0;
    for (std::size_t index = 0; index < 4; ++index) {
        length |= static_cast<std::size_t>(
                      static_cast<unsigned char>(pending_[log_frame_mark.size() + index]))
                  << (8 * index);
    }
    if (pending_.size() < frame_header + length) {
        return false;
    }
    std::string_view text = std::string_view(pending_).substr(frame_header, length);
    while (text.size() > max_log_event_bytes) {
        event_(std::string(text.substr(0, max_log_event_bytes)));
        text.remove_prefix(max_log_event_bytes);
    }
    event_(std::string(text));
    pending_.erase(0, frame_header + length);
    return true;
}

bool LogSplitter::take_line() {
    const auto line_end = pending_.find('\n');
    const auto frame = pending_.find(log_frame_mark);
    std::size_t end = 0;
    if (frame < line_end) {
        end = frame;  // a record begins in the middle of a line: what stands before it is an event
                      // of its own
    } else if (line_end != std::string::npos) {
        end = line_end + 1;
    } else if (pending_.size() < max_log_event_bytes) {
        return false;
    }
    if (end == 0 || end > max_log_event_bytes) {
        end = max_log_event_bytes;
    }
    event_(pending_.substr(0, end));
    pending_.erase(0, end);
    return true;
}

void LogSplitter::flush() {
    if (!pending_.empty()) {
        event_(std::exchange(pending_, {}));
    }
}

}  // namespace orrery
