/// Rows of text in aligned columns: the first to the left, the others to the right.
#pragma once

#include "tools/report/text.h"

#include <string>
#include <vector>

namespace orrery::report {

class Table {
public:
    explicit Table(std::vector<std::string> heads) : rows_{std::move(heads)} {}

    /// `cells` has one text for each head.
    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    bool empty() const { return rows_.size() == 1; }
    /// Lines with their ends; the heads are dim. The first column is at least `first_width` wide.
    std::string text(Palette palette, std::size_t first_width = 0) const;

private:
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace orrery::report
