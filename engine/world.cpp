#include "engine/world.h"

#include "engine/ensure.h"
#include "engine/error.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace orrery {

namespace {

// ENSURE may fail anywhere, so it finds the worlds here; they are only read, to print where they
// stood.
std::vector<const World*>& worlds() {
    static std::vector<const World*> all;
    return all;
}

}  // namespace

World::World(std::uint64_t seed, Instant start)
    : loop(start), random(seed), trace(loop), faults(random, trace) {
    worlds().push_back(this);
}

World::~World() {
    std::erase(worlds(), this);
}

void ensure_failed(std::string_view condition, std::string_view file, int line) {
    std::fprintf(stderr,
                 "orrery: internal error: %.*s:%d: %.*s does not hold\n",
                 static_cast<int>(file.size()),
                 file.data(),
                 line,
                 static_cast<int>(condition.size()),
                 condition.data());
    for (const World* world : worlds()) {
        std::fprintf(stderr,
                     "  at %s, seed %llu; the last of %llu events:\n",
                     iso8601(world->loop.now()).c_str(),
                     static_cast<unsigned long long>(world->random.seed()),
                     static_cast<unsigned long long>(world->trace.size()));
        const std::uint64_t kept = world->trace.kept();
        for (std::uint64_t index = kept - std::min<std::uint64_t>(kept, 5); index < kept; ++index) {
            std::fprintf(stderr, "  %s\n", world->trace[index].line().c_str());
        }
    }
    std::fputs(
        "This is a defect of Orrery, not of your scenario: please report it with these lines.\n",
        stderr);
    std::_Exit(3);
}

std::string Location::text() const {
    std::string text = file;
    if (line > 0) {
        text += ":" + std::to_string(line);
        if (column > 0) {
            text += ":" + std::to_string(column);
        }
    }
    return text;
}

}  // namespace orrery
