#include "services/aws/access_key.h"

#include "engine/ensure.h"

#include <algorithm>

namespace orrery::aws {

namespace {

constexpr std::string_view base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t prefix_length = 4;
constexpr std::size_t id_length = 20;

// The 80 bits of the 16 characters: one that is set, 40 of the account, 27 random, 12 to check.
constexpr unsigned random_bits = 27;
constexpr unsigned check_bits = 12;
constexpr std::uint64_t largest_account = 999'999'999'999;

struct Parts {
    std::uint64_t account = 0;
    std::uint64_t rest = 0;  // the last 39 bits
};

std::uint64_t check_of(std::uint64_t account, std::uint64_t random) {
    // FNV-1a over both numbers.
    std::uint64_t sum = 14695981039346656037U;
    for (std::uint64_t number : {account, random}) {
        for (int byte = 0; byte < 8; ++byte) {
            sum = (sum ^ (number & 0xFF)) * 1099511628211U;
            number >>= 8U;
        }
    }
    return (sum >> 40U) & ((1U << check_bits) - 1);
}

std::optional<Parts> id_parts(std::string_view id) {
    if (id.size() != id_length || (!id.starts_with("AKIA") && !id.starts_with("ASIA"))) {
        return std::nullopt;
    }
    std::uint64_t high = 0;  // the first 8 characters, 40 bits
    std::uint64_t low = 0;
    for (std::size_t i = prefix_length; i < id_length; ++i) {
        const std::size_t digit = base32.find(id[i]);
        if (digit == std::string_view::npos) {
            return std::nullopt;
        }
        std::uint64_t& half = i < prefix_length + 8 ? high : low;
        half = half << 5U | digit;
    }
    if ((high >> 39U) == 0) {
        return std::nullopt;  // an old one, which says nothing
    }
    Parts parts;
    parts.account = (high & ((std::uint64_t{1} << 39U) - 1)) << 1U | low >> 39U;
    parts.rest = low & ((std::uint64_t{1} << 39U) - 1);
    return parts.account > largest_account ? std::nullopt : std::optional(parts);
}

std::string account_text(std::uint64_t account) {
    std::string text = std::to_string(account);
    return std::string(12 - text.size(), '0') + text;
}

}  // namespace

std::string make_secret_access_key(RandomStream& random) {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string secret;
    for (int i = 0; i < 40; ++i) {
        secret += letters[random.below(letters.size())];
    }
    return secret;
}

std::string make_id_characters(RandomStream& random, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += base32[random.below(base32.size())];
    }
    return text;
}

std::string make_access_key_id(std::string_view prefix,
                               std::string_view account,
                               RandomStream& random) {
    ENSURE(prefix.size() == prefix_length && account.size() == 12);
    const std::uint64_t number = std::stoull(std::string(account));
    const std::uint64_t chosen = random.below(std::uint64_t{1} << random_bits);
    const std::uint64_t rest = chosen << check_bits | check_of(number, chosen);
    const std::uint64_t high = std::uint64_t{1} << 39U | number >> 1U;
    const std::uint64_t low = (number & 1U) << 39U | rest;
    std::string id(prefix);
    for (const std::uint64_t half : {high, low}) {
        for (unsigned shift = 40; shift > 0; shift -= 5) {
            id += base32[half >> (shift - 5) & 31U];
        }
    }
    return id;
}

std::optional<std::string> account_in_access_key(std::string_view id) {
    const std::optional<Parts> parts = id_parts(id);
    return parts ? std::optional(account_text(parts->account)) : std::nullopt;
}

std::optional<std::string> account_of_own_access_key(std::string_view id) {
    const std::optional<Parts> parts = id_parts(id);
    if (!parts || check_of(parts->account, parts->rest >> check_bits) !=
                      (parts->rest & ((1U << check_bits) - 1))) {
        return std::nullopt;
    }
    return account_text(parts->account);
}

}  // namespace orrery::aws
