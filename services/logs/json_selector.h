/// Names a part of a JSON message: `$.a.b[0]`, `$.list[*].id`, `$.*`, `$.['dotted.name']`.
#pragma once

#include "engine/json.h"
#include "services/logs/pattern_cursor.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace orrery::logs {

class JsonSelector {
public:
    static JsonSelector read(PatternCursor& cursor);

    /// As it was written.
    const std::string& text() const { return text_; }
    bool has_wildcard() const { return wildcards_ > 0; }
    /// What it names in `root`: several things if it has a wildcard.
    std::vector<const Json*> find(const Json& root) const;

private:
    enum class StepKind : std::uint8_t { member, element, any };
    struct Step {
        StepKind kind;
        std::string name = {};
        std::size_t index = 0;
    };

    void read_member(PatternCursor& cursor);
    void read_brackets(PatternCursor& cursor);
    void add_wildcard();

    std::string text_;
    std::vector<Step> steps_;
    int wildcards_ = 0;
};

}  // namespace orrery::logs
