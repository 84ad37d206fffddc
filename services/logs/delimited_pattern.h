/// Filter patterns for messages of fields between spaces: `[ip, user, ..., status=4*, size>1000]`.
#pragma once

#include "services/logs/filter_pattern.h"
#include "services/logs/pattern_condition.h"
#include "services/logs/pattern_expression.h"

#include <cstddef>
#include <vector>

namespace orrery::logs {

class DelimitedPattern final : public FilterPattern {
public:
    /// `text` is without the brackets.
    explicit DelimitedPattern(std::string_view text);

    bool matches(std::string_view message) const override;
    ExtractedValues extract(std::string_view message) const override;
    bool has_fields() const override { return true; }
    bool is_selector(std::string_view selector) const override;
    std::optional<std::string> field(std::string_view message,
                                     std::string_view selector) const override;
    int regexes() const override { return regexes_; }

private:
    struct Leaf {
        std::string name;
        std::optional<PatternCondition> condition;
    };
    struct Field {
        std::string name = {};  // empty: it has none
        std::optional<PatternExpression<Leaf>> conditions = {};
    };
    /// A word of a message, with the field it belongs to.
    struct Word {
        std::string_view text;
        const Field* field = nullptr;
    };

    static Leaf read_leaf(PatternCursor& cursor);
    void read_field(PatternCursor& cursor);
    /// Nothing if the message has too few words.
    std::optional<std::vector<Word>> assign(std::string_view message) const;

    std::vector<Field> fields_;
    std::optional<std::size_t> ellipsis_;  // it stands before the field of that number
    int regexes_ = 0;
};

}  // namespace orrery::logs
