/// Filter patterns for messages that are JSON: `{ $.a = "x*" && ($.n > 3 || $.t IS NULL) }`.
#pragma once

#include "engine/json.h"
#include "services/logs/filter_pattern.h"
#include "services/logs/json_selector.h"
#include "services/logs/pattern_condition.h"
#include "services/logs/pattern_expression.h"

#include <cstdint>

namespace orrery::logs {

class JsonPattern final : public FilterPattern {
public:
    /// `text` is without the braces.
    explicit JsonPattern(std::string_view text);

    bool matches(std::string_view message) const override;
    ExtractedValues extract(std::string_view message) const override;
    bool has_fields() const override { return true; }
    bool is_selector(std::string_view selector) const override;
    std::optional<std::string> field(std::string_view message,
                                     std::string_view selector) const override;
    int regexes() const override { return regexes_; }

private:
    enum class Test : std::uint8_t { compare, is_null, is_true, is_false, not_exists };
    struct Leaf {
        JsonSelector selector;
        Test test = Test::compare;
        std::optional<PatternCondition> condition = {};
    };

    static Leaf read_leaf(PatternCursor& cursor);
    static PatternExpression<Leaf> read(std::string_view text);
    static bool holds(const Leaf& leaf, const Json& root);

    PatternExpression<Leaf> expression_;
    int regexes_ = 0;
};

}  // namespace orrery::logs
