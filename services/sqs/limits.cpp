#include "services/sqs/limits.h"

#include "engine/ensure.h"
#include "services/aws/error.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace orrery::sqs {

namespace {

bool is_alphanumeric(char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= 'a' && letter <= 'z');
}

bool only(std::string_view text, std::size_t longest, std::string_view others) {
    return !text.empty() && text.size() <= longest &&
           std::all_of(text.begin(), text.end(), [others](char letter) {
               return is_alphanumeric(letter) || others.find(letter) != std::string_view::npos;
           });
}

/// Takes one character off `text`; -1 if it does not begin with one in UTF-8's shortest form.
std::int32_t next_character(std::string_view& text) {
    const auto byte = [&text](std::size_t index) {
        return static_cast<unsigned char>(text[index]);
    };
    const std::size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
    constexpr std::array<std::int32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    const bool lead = byte(0) < 0x80 || (byte(0) >= 0xC0 && byte(0) < 0xF8);
    if (!lead || text.size() < length) {
        return -1;
    }
    std::int32_t character = length == 1 ? byte(0) : byte(0) & (0x7F >> length);
    for (std::size_t index = 1; index < length; ++index) {
        if ((byte(index) & 0xC0) != 0x80) {
            return -1;
        }
        character = character << 6 | (byte(index) & 0x3F);
    }
    text.remove_prefix(length);
    return character < smallest[length] ? -1 : character;
}

/// How many characters from ' ' to '~' `text` begins with, in steps of eight.
std::size_t plain_prefix(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t high_bits = 0x80 * ones;
    std::size_t done = 0;
    for (; done + sizeof(std::uint64_t) <= text.size(); done += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + done, sizeof word);
        const std::uint64_t below_blank = (word - 0x20 * ones) & ~word;
        const std::uint64_t above_tilde = word + ones;
        if (((below_blank | above_tilde | word) & high_bits) != 0) {
            break;
        }
    }
    return done;
}

bool is_allowed(std::int32_t character) {
    return character == 0x9 || character == 0xA || character == 0xD ||
           (character >= 0x20 && character <= 0xD7FF) ||
           (character >= 0xE000 && character <= 0xFFFD) ||
           (character >= 0x10000 && character <= 0x10FFFF);
}

}  // namespace

void check_limit(std::string_view parameter, std::int64_t value) {
    const auto* limit = std::find_if(
        parameter_limits.begin(),
        parameter_limits.end(),
        [parameter](const ParameterLimit& candidate) { return candidate.parameter == parameter; });
    ENSURE(limit != parameter_limits.end());
    if (value < limit->least || value > limit->most) {
        throw aws::ApiError("InvalidParameterValueException",
                            "Value " + std::to_string(value) + " for parameter " +
                                std::string(parameter) +
                                " is invalid. Reason: " + std::string(limit->reason));
    }
}

void check_queue_name(std::string_view name, QueueType type) {
    constexpr std::string_view suffix = ".fifo";
    if (type == QueueType::standard && !only(name, longest_queue_name, "-_")) {
        throw aws::ApiError(
            "InvalidParameterValueException",
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
    }
    // The suffix counts among the 80 characters. [docs: quotas-fifo; public error logs for the
    // text]
    const bool good_fifo_name =
        name.ends_with(suffix) &&
        only(name.substr(0, name.size() - suffix.size()), longest_queue_name - suffix.size(), "-_");
    if (type == QueueType::fifo && !good_fifo_name) {
        throw aws::ApiError("InvalidParameterValueException",
                            "The name of a FIFO queue can only include alphanumeric characters, "
                            "hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in "
                            "length.");
    }
}

bool is_batch_entry_id(std::string_view id) {
    return only(id, longest_batch_entry_id, "-_");
}

bool is_attribute_name(std::string_view name) {
    return only(name, longest_attribute_name, "-_.") && !name.starts_with('.') &&
           !name.ends_with('.') && name.find("..") == std::string_view::npos;
}

bool is_label(std::string_view label) {
    return only(label, longest_label, "-_");
}

std::size_t character_count(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; }));
}

std::optional<std::int64_t> to_integer(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

bool is_fifo_id(std::string_view id) {
    return only(id, longest_fifo_id, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
}

bool is_number(std::string_view text) {
    const auto skip_sign = [&text] {
        text.remove_prefix(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
    };
    const auto skip_digits = [&text] {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
        text.remove_prefix(digits);
        return digits;
    };
    skip_sign();
    std::size_t digits = skip_digits();
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        digits += skip_digits();
    }
    if (digits > 0 && (text.starts_with('e') || text.starts_with('E'))) {
        text.remove_prefix(1);
        skip_sign();
        digits = skip_digits();
    }
    return digits > 0 && text.empty();
}

bool is_message_text(std::string_view body) {
    while (!body.empty()) {
        // Most of most bodies, which is worth being quick about.
        const std::size_t plain = plain_prefix(body);
        body.remove_prefix(plain);
        if (body.empty()) {
            return true;
        }
        if (!is_allowed(next_character(body))) {
            return false;
        }
    }
    return true;
}

}  // namespace orrery::sqs
