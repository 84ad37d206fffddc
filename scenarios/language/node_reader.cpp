#include "scenarios/language/node_reader.h"

#include "engine/ensure.h"

#include <charconv>
#include <cmath>

namespace orrery {

namespace {

[[noreturn]] void wrong_type(const DocumentNode& node,
                             std::string_view what,
                             std::string_view expected) {
    throw UsageError(
        node.where,
        std::string(what) + " must be " + std::string(expected) + ", not " + describe(node));
}

/// A number written in full: no sign, no blanks, nothing after it.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

std::string describe(const DocumentNode& node) {
    constexpr std::size_t longest = 40;
    switch (node.kind) {
        case DocumentNode::Kind::null: return "nothing";
        case DocumentNode::Kind::mapping: return node.tag.empty() ? "a mapping" : node.tag;
        case DocumentNode::Kind::sequence: return node.tag.empty() ? "a list" : node.tag;
        case DocumentNode::Kind::scalar: break;
    }
    const std::string text = node.tag.empty() ? node.text : node.tag + " " + node.text;
    return "'" + (text.size() > longest ? text.substr(0, longest) + "..." : text) + "'";
}

const DocumentNode& require_member(const DocumentNode& node,
                                   std::string_view key,
                                   std::string_view what) {
    require_mapping(node, what);
    const DocumentNode* member = node.find(key);
    if (member == nullptr) {
        throw UsageError(node.where, std::string(what) + " needs '" + std::string(key) + "'");
    }
    return *member;
}

const DocumentNode& key_of(const DocumentNode& node, std::string_view key) {
    for (const auto& [name, value] : node.members) {
        if (name.text == key) {
            return name;
        }
    }
    ENSURE(false && "the caller has seen the member");
    return node;
}

void require_any_of(const DocumentNode& node,
                    const std::vector<std::string_view>& keys,
                    std::string_view what) {
    std::string names;
    for (std::size_t index = 0; index < keys.size(); ++index) {
        if (node.find(keys[index]) != nullptr) {
            return;
        }
        names += (index == 0                 ? "'"
                  : index + 1 == keys.size() ? " or '"
                                             : ", '") +
                 std::string(keys[index]) + "'";
    }
    throw UsageError(node.where, std::string(what) + " needs " + names);
}

void require_mapping(const DocumentNode& node, std::string_view what) {
    if (!node.is_mapping() || !node.tag.empty()) {
        wrong_type(node, what, "a mapping");
    }
}

void require_list(const DocumentNode& node, std::string_view what) {
    if (!node.is_sequence() || !node.tag.empty()) {
        wrong_type(node, what, "a list");
    }
}

const std::string& read_text(const DocumentNode& node, std::string_view what) {
    if (!node.is_scalar() || !node.tag.empty()) {
        wrong_type(node, what, "text");
    }
    return node.text;
}

Duration read_duration(const DocumentNode& node, std::string_view what) {
    const auto duration = node.is_scalar() ? parse_duration(node.text) : std::nullopt;
    if (!duration) {
        wrong_type(node, what, "a duration with a unit such as 350ms, 1.5s, 1m30s or 2h");
    }
    return *duration;
}

Duration read_positive_duration(const DocumentNode& node, std::string_view what) {
    const Duration duration = read_duration(node, what);
    if (duration == Duration::zero()) {
        wrong_type(node, what, "longer than 0s");
    }
    return duration;
}

std::uint64_t read_count(const DocumentNode& node,
                         std::string_view what,
                         std::uint64_t minimum,
                         std::uint64_t maximum) {
    const auto number =
        node.is_scalar() && !node.quoted ? parse_number<std::uint64_t>(node.text) : std::nullopt;
    if (!number || *number < minimum || *number > maximum) {
        wrong_type(
            node,
            what,
            "a whole number from " + std::to_string(minimum) + " to " + std::to_string(maximum));
    }
    return *number;
}

std::uint64_t read_probability(const DocumentNode& node, std::string_view what) {
    const auto number =
        node.is_scalar() && !node.quoted ? parse_number<double>(node.text) : std::nullopt;
    if (!number || !(*number >= 0 && *number <= 1)) {
        wrong_type(node, what, "a number from 0 to 1");
    }
    constexpr double million = 1'000'000;
    return static_cast<std::uint64_t>(std::llround(*number * million));
}

bool read_boolean(const DocumentNode& node, std::string_view what) {
    if (node.is_scalar() && !node.quoted && (node.text == "true" || node.text == "false")) {
        return node.text == "true";
    }
    wrong_type(node, what, "true or false");
}

}  // namespace orrery
