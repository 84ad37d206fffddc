/// Start reading here: everything a simulated world has, made once and passed by reference to
/// whoever lives in it.
#pragma once

#include "engine/fault.h"
#include "engine/loop.h"
#include "engine/random.h"
#include "engine/trace.h"

#include <cstdint>

namespace orrery {

class Store;

/// 2026-01-01T00:00:00Z, the first instant unless a scenario says otherwise.
inline constexpr Instant default_start{Duration{1767225600000000000}};

struct World {
    explicit World(std::uint64_t seed = 1, Instant start = default_start);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    Loop loop;
    Random random;
    Trace trace;
    Faults faults;
    Store* store = nullptr;  // null: nothing outlives the process
};

}  // namespace orrery
