/// PendingRecord: a stream's record that a poller has read and that is not done with yet.
#pragma once

#include "engine/time.h"

#include <cstdint>

namespace orrery::lambda {

struct PendingRecord {
    std::uint64_t number = 0;
    std::uint64_t previous = 0;  // the one read before it, which a checkpoint can name
    Instant arrived;
};

/// Stands for the record before the first one that was read.
inline constexpr std::uint64_t no_record = UINT64_MAX;

}  // namespace orrery::lambda
