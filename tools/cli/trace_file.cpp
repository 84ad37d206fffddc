#include "tools/cli/trace_file.h"

#include "engine/error.h"
#include "engine/trace.h"

#include <cerrno>
#include <system_error>
#include <utility>

namespace orrery::cli {

TraceFile::TraceFile(std::filesystem::path path) : path_(std::move(path)) {
    if (path_.empty()) {
        return;
    }
    file_.open(path_, std::ios::binary | std::ios::trunc);
    if (!file_) {
        fail();
    }
}

void TraceFile::write(const TraceEvent& event) {
    if (file_.is_open()) {
        file_ << event.line() << '\n';
    }
}

void TraceFile::close() {
    if (file_.is_open()) {
        file_.close();
        if (!file_) {
            fail();
        }
    }
}

void TraceFile::fail() const {
    throw UsageError("cannot write the trace to " + path_.string() + ": " +
                     std::generic_category().message(errno));
}

}  // namespace orrery::cli
