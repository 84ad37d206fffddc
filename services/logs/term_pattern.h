/// Filter patterns for messages without structure: `ERROR "exact phrase" -excluded`, `?any ?of`,
/// `%regex%`.
#pragma once

#include "services/logs/filter_pattern.h"
#include "services/logs/pattern_regex.h"

#include <cstdint>
#include <vector>

namespace orrery::logs {

class TermPattern final : public FilterPattern {
public:
    /// An empty text matches everything.
    explicit TermPattern(std::string_view text);

    bool matches(std::string_view message) const override;
    ExtractedValues extract(std::string_view) const override { return {}; }
    bool has_fields() const override { return false; }
    bool is_selector(std::string_view) const override { return false; }
    std::optional<std::string> field(std::string_view, std::string_view) const override {
        return std::nullopt;
    }
    int regexes() const override { return regex_ ? 1 : 0; }

private:
    std::vector<std::string> wanted_;
    std::vector<std::string> unwanted_;
    std::vector<std::string> optional_;  // one of them is enough
    std::optional<PatternRegex> regex_;
};

}  // namespace orrery::logs
