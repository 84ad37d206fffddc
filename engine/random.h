/// Seeded randomness in integers: one named stream for each component, so that none shifts
/// another's numbers.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace orrery {

/// A sequence of pseudo-random numbers (xoshiro256**), the same on every machine. Not for secrets.
class RandomStream {
public:
    explicit RandomStream(std::uint64_t seed);

    std::uint64_t next();
    /// A number in [0, bound), without bias; `bound` must be positive.
    std::uint64_t below(std::uint64_t bound);
    /// True with probability `parts_per_million` / 1'000'000.
    bool chance(std::uint64_t parts_per_million);
    /// A version 4 UUID: "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".
    std::string uuid();
    /// `digits` lower-case hexadecimal digits.
    std::string hex(std::size_t digits);

private:
    std::array<std::uint64_t, 4> state_;
};

/// The seed of a run, from which every component takes its own stream by name.
class Random {
public:
    explicit Random(std::uint64_t seed) : seed_(seed) {}

    std::uint64_t seed() const { return seed_; }
    /// The stream called `name`; the same seed and name always give the same numbers from the
    /// start.
    RandomStream stream(std::string_view name) const;

private:
    std::uint64_t seed_;
};

}  // namespace orrery
