#include "services/lambda/trace_header.h"

#include "engine/random.h"

#include <algorithm>
#include <charconv>

namespace orrery::lambda::trace_header {

namespace {

constexpr std::string_view lineage_key = "Lineage=";

/// The part of `header` after "Lineage=", up to its end; empty if there is none.
std::string_view lineage_of(std::string_view header) {
    while (!header.empty()) {
        const std::size_t end = std::min(header.find(';'), header.size());
        const std::string_view part = header.substr(0, end);
        if (part.starts_with(lineage_key)) {
            return part.substr(lineage_key.size());
        }
        header.remove_prefix(std::min(end + 1, header.size()));
    }
    return {};
}

/// Whatever is no number counts as 0: the header is its sender's.
std::uint32_t number_of(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() ? number : 0;
}

struct Entry {
    std::string_view whole;  // "<id>:<number>"
    bool ours = false;
    std::uint32_t number = 0;
};

Entry next_entry(std::string_view& lineage, std::string_view id) {
    const std::size_t end = std::min(lineage.find('|'), lineage.size());
    Entry entry{lineage.substr(0, end)};
    lineage.remove_prefix(std::min(end + 1, lineage.size()));
    entry.ours = entry.whole.size() > id.size() && entry.whole.starts_with(id) &&
                 entry.whole[id.size()] == ':';
    if (entry.ours) {
        entry.number = number_of(entry.whole.substr(id.size() + 1));
    }
    return entry;
}

}  // namespace

std::string make(Instant now, RandomStream& random) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto seconds = static_cast<std::uint64_t>(epoch_seconds(now));
    constexpr std::size_t with_lineage = 96;
    std::string header;
    header.reserve(with_lineage);
    header.append("Root=1-");
    for (int shift = 28; shift >= 0; shift -= 4) {
        header.push_back(digits[(seconds >> shift) & 15]);
    }
    return header.append("-")
        .append(random.hex(24))
        .append(";Parent=")
        .append(random.hex(16))
        .append(";Sampled=0");
}

std::string lineage_id(std::string_view function_arn) {
    // The same in every run: it belongs to the function, not to the world.
    return Random(0).stream(function_arn).hex(8);
}

std::uint32_t invocations(std::string_view header, std::string_view lineage_id) {
    std::string_view lineage = lineage_of(header);
    while (!lineage.empty()) {
        if (const Entry entry = next_entry(lineage, lineage_id); entry.ours) {
            return entry.number + 1;
        }
    }
    return 0;
}

std::uint32_t longest_loop(std::string_view header) {
    std::string_view lineage = lineage_of(header);
    std::uint32_t most = 0;
    while (!lineage.empty()) {
        const std::size_t end = std::min(lineage.find('|'), lineage.size());
        const std::size_t colon = lineage.substr(0, end).find(':');
        if (colon != std::string_view::npos) {
            most = std::max(most, number_of(lineage.substr(colon + 1, end - colon - 1)) + 1);
        }
        lineage.remove_prefix(std::min(end + 1, lineage.size()));
    }
    return most;
}

std::string with_invocation(std::string header, std::string_view lineage_id) {
    std::string_view lineage = lineage_of(header);
    if (lineage.data() != nullptr) {
        const std::string_view before(header.data(),
                                      static_cast<std::size_t>(lineage.data() - header.data()));
        const std::string_view rest =
            std::string_view(header).substr(before.size() + lineage.size());
        std::string result(before);
        bool found = false;
        while (!lineage.empty()) {
            const Entry entry = next_entry(lineage, lineage_id);
            found = found || entry.ours;
            result.append(result.ends_with('=') ? "" : "|");
            if (entry.ours) {
                result.append(lineage_id).append(":").append(std::to_string(entry.number + 1));
            } else {
                result.append(entry.whole);
            }
        }
        if (!found) {
            result.append(result.ends_with('=') ? "" : "|").append(lineage_id).append(":0");
        }
        return result.append(rest);
    }
    header.append(";").append(lineage_key).append(lineage_id).append(":0");
    return header;
}

}  // namespace orrery::lambda::trace_header
