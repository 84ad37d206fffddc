#include "engine/document.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>
#include <optional>

namespace orrery {

namespace {

bool is_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Json> integer_in_base(std::string_view digits, int base) {
    std::uint64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
    if (digits.empty() || stop != end || error != std::errc{}) {
        return std::nullopt;
    }
    return value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
               ? Json(static_cast<std::int64_t>(value))
               : Json(value);
}

std::optional<Json> core_integer(std::string_view text) {
    if (text.starts_with("0x")) {
        return integer_in_base(text.substr(2), 16);
    }
    if (text.starts_with("0o")) {
        return integer_in_base(text.substr(2), 8);
    }
    const bool negative = text.starts_with('-');
    const std::string_view digits = negative || text.starts_with('+') ? text.substr(1) : text;
    if (!is_digits(digits) || (digits.size() > 1 && digits.front() == '0')) {
        return std::nullopt;
    }
    if (!negative) {
        return integer_in_base(digits, 10);
    }
    std::int64_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc{} ? std::optional<Json>(value) : std::nullopt;
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?, with a point or an exponent.
bool looks_like_float(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    const auto skip_digits = [&text] {
        const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
        text.remove_prefix(end);
        return end;
    };
    const std::size_t before_point = skip_digits();
    const bool point = text.starts_with('.');
    if (point) {
        text.remove_prefix(1);
    }
    const std::size_t after_point = point ? skip_digits() : 0;
    if (before_point + after_point == 0) {
        return false;
    }
    if (text.empty()) {
        return point;
    }
    if (text.front() != 'e' && text.front() != 'E') {
        return false;
    }
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    return is_digits(text);
}

std::optional<Json> core_float(const DocumentNode& node) {
    std::string_view text = node.text;
    if (!looks_like_float(text)) {
        return std::nullopt;
    }
    if (text.front() == '+') {
        text.remove_prefix(1);
    }
    double value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) {
        throw UsageError(node.where, "the number '" + node.text + "' is out of range");
    }
    return Json(value);
}

Json scalar_value(const DocumentNode& node) {
    const std::string& text = node.text;
    if (node.quoted || !node.tag.empty()) {
        return Json(text);
    }
    if (text == "true" || text == "True" || text == "TRUE") {
        return Json(true);
    }
    if (text == "false" || text == "False" || text == "FALSE") {
        return Json(false);
    }
    if (const auto integer = core_integer(text)) {
        return *integer;
    }
    if (const auto real = core_float(node)) {
        return *real;
    }
    return Json(text);
}

char small_letter(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`, case aside.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = small_letter(a[i - 1]) == small_letter(b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
            if (i > 1 && j > 1 && small_letter(a[i - 1]) == small_letter(b[j - 2]) &&
                small_letter(a[i - 2]) == small_letter(b[j - 1])) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace

const DocumentNode* DocumentNode::find(std::string_view key) const {
    const auto found = std::find_if(members.begin(), members.end(), [key](const auto& member) {
        return member.key.text == key;
    });
    return found == members.end() ? nullptr : &found->value;
}

Json DocumentNode::to_json(const TagRule& rule) const {
    if (!tag.empty() && !rule) {
        throw UsageError(where, "the tag " + tag + " means nothing here");
    }
    Json value;
    switch (kind) {
        case Kind::null: break;
        case Kind::scalar: value = scalar_value(*this); break;
        case Kind::sequence:
            value = Json::array();
            for (const DocumentNode& item : items) {
                value.push_back(item.to_json(rule));
            }
            break;
        case Kind::mapping:
            value = Json::object();
            for (const auto& [key, member] : members) {
                value[key.text] = member.to_json(rule);
            }
            break;
    }
    return tag.empty() ? value : rule(*this, std::move(value));
}

void expect_keys(const DocumentNode& node,
                 const std::vector<std::string_view>& allowed,
                 std::string_view what) {
    if (!node.is_mapping()) {
        throw UsageError(node.where, std::string(what) + " must be a mapping (key: value)");
    }
    for (const auto& [key, value] : node.members) {
        if (std::find(allowed.begin(), allowed.end(), key.text) == allowed.end()) {
            throw UsageError(key.where,
                             "unknown key '" + key.text + "' in " + std::string(what) +
                                 suggestion(key.text, allowed));
        }
    }
}

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
    // Nothing anyone mistypes is longer, and the cost grows with the product of the lengths.
    constexpr std::size_t longest = 100;
    if (word.size() > longest) {
        return {};
    }
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(word.size() / 3, 1) + 1;
    for (const std::string_view candidate : candidates) {
        if (candidate.size() > longest) {
            continue;
        }
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best_distance && distance < candidate.size()) {
            best = candidate;
            best_distance = distance;
        }
    }
    return std::string(best);
}

std::string suggestion(std::string_view word, const std::vector<std::string_view>& candidates) {
    const std::string near = nearest(word, candidates);
    if (!near.empty()) {
        return "; did you mean '" + near + "'?";
    }
    std::string text;
    for (const std::string_view candidate : candidates) {
        text.append(text.empty() ? "; allowed: " : ", ").append(candidate);
    }
    return text;
}

}  // namespace orrery
