/// Conditions joined by && and || with parentheses, as JSON and space-delimited filter patterns
/// have them.
#pragma once

#include "services/logs/pattern_cursor.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace orrery::logs {

/// `Leaf` is a condition on a field.
template <typename Leaf>
class PatternExpression {
public:
    /// Reads as much as belongs together: && binds more than ||. `read_leaf` reads a condition.
    template <typename ReadLeaf>
    static PatternExpression read(PatternCursor& cursor, ReadLeaf read_leaf) {
        return read_any(cursor, read_leaf, 0);
    }

    template <typename Holds>
    bool holds(const Holds& leaf_holds) const {
        if (leaf_) {
            return leaf_holds(*leaf_);
        }
        const auto part_holds = [&](const PatternExpression& part) {
            return part.holds(leaf_holds);
        };
        return all_ ? std::all_of(parts_.begin(), parts_.end(), part_holds)
                    : std::any_of(parts_.begin(), parts_.end(), part_holds);
    }

    template <typename Visit>
    void each_leaf(const Visit& visit) const {
        if (leaf_) {
            visit(*leaf_);
        }
        for (const PatternExpression& part : parts_) {
            part.each_leaf(visit);
        }
    }

private:
    static constexpr std::size_t deepest = 200;  // far more than anybody writes

    PatternExpression(bool all, std::vector<PatternExpression> parts)
        : all_(all), parts_(std::move(parts)) {}
    explicit PatternExpression(Leaf leaf) : leaf_(std::move(leaf)) {}

    template <typename ReadLeaf>
    static PatternExpression read_any(PatternCursor& cursor,
                                      ReadLeaf& read_leaf,
                                      std::size_t depth) {
        std::vector<PatternExpression> parts;
        do {
            parts.push_back(read_all(cursor, read_leaf, depth));
        } while (cursor.take("||"));
        return PatternExpression(false, std::move(parts));
    }

    template <typename ReadLeaf>
    static PatternExpression read_all(PatternCursor& cursor,
                                      ReadLeaf& read_leaf,
                                      std::size_t depth) {
        std::vector<PatternExpression> parts;
        do {
            parts.push_back(read_one(cursor, read_leaf, depth));
        } while (cursor.take("&&"));
        return PatternExpression(true, std::move(parts));
    }

    template <typename ReadLeaf>
    static PatternExpression read_one(PatternCursor& cursor,
                                      ReadLeaf& read_leaf,
                                      std::size_t depth) {
        cursor.skip_spaces();
        if (!cursor.take("(")) {
            PatternExpression leaf(read_leaf(cursor));
            cursor.skip_spaces();
            return leaf;
        }
        if (depth >= deepest) {
            invalid_pattern();
        }
        PatternExpression inner = read_any(cursor, read_leaf, depth + 1);
        cursor.expect(")");
        cursor.skip_spaces();
        return inner;
    }

    std::optional<Leaf> leaf_;
    bool all_ = true;
    std::vector<PatternExpression> parts_;
};

}  // namespace orrery::logs
