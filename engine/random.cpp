#include "engine/random.h"

#include "engine/ensure.h"

#include <bit>

namespace orrery {

namespace {

/// splitmix64: spreads a seed over the generator's state (public domain algorithm by Sebastiano
/// Vigna).
std::uint64_t split_mix(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
}

constexpr std::string_view hex_digits = "0123456789abcdef";

}  // namespace

RandomStream::RandomStream(std::uint64_t seed) : state_{} {
    for (std::uint64_t& word : state_) {
        word = split_mix(seed);
    }
}

std::uint64_t RandomStream::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

std::uint64_t RandomStream::below(std::uint64_t bound) {
    ENSURE(bound > 0);
    std::uint64_t drawn = next();
    if (drawn < bound) {  // else it is no such number: divisions take long
        // Numbers below the remainder would make small results likelier: draw again.
        const std::uint64_t unfair = (0 - bound) % bound;
        while (drawn < unfair) {
            drawn = next();
        }
    }
    return drawn % bound;
}

bool RandomStream::chance(std::uint64_t parts_per_million) {
    return below(1'000'000) < parts_per_million;
}

std::string RandomStream::uuid() {
    std::string text = hex(32);
    text[12] = '4';
    text[16] = hex_digits[8 + below(4)];
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) {
        text.insert(dash, 1, '-');
    }
    return text;
}

std::string RandomStream::hex(std::size_t digits) {
    std::string text(digits, '0');
    std::uint64_t word = 0;
    for (std::size_t index = 0; index < digits; ++index) {
        if (index % 16 == 0) {
            word = next();
        }
        text[index] = hex_digits[word & 15];
        word >>= 4;
    }
    return text;
}

RandomStream Random::stream(std::string_view name) const {
    // FNV-1a over the name; the seed goes in through split_mix, so that near seeds give unrelated
    // streams.
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char letter : name) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
    }
    std::uint64_t mixed = seed_;
    return RandomStream(split_mix(mixed) ^ hash);
}

}  // namespace orrery
