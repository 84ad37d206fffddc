/// The file of `--trace`: every event's canonical line, written as it happens.
#pragma once

#include <filesystem>
#include <fstream>

namespace orrery {
struct TraceEvent;
}

namespace orrery::cli {

class TraceFile {
public:
    /// Opens `path`, or nothing if that is empty. Throws UsageError if it cannot be written.
    explicit TraceFile(std::filesystem::path path);

    void write(const TraceEvent& event);
    /// Throws UsageError if anything could not be written.
    void close();

private:
    [[noreturn]] void fail() const;

    std::filesystem::path path_;
    std::ofstream file_;
};

}  // namespace orrery::cli
