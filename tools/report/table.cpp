#include "tools/report/table.h"

#include <algorithm>

namespace orrery::report {

std::string Table::text(Palette palette, std::size_t first_width) const {
    std::vector<std::size_t> widths(rows_.front().size(), 0);
    widths.front() = first_width;
    for (const auto& row : rows_) {
        for (std::size_t column = 0; column < widths.size(); ++column) {
            widths[column] = std::max(widths[column], width(row[column]));
        }
    }
    std::string out;
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t column = 0; column < widths.size(); ++column) {
            const std::string blanks(widths[column] - width(row[column]), ' ');
            line += column == 0 ? row[column] + blanks : "  " + blanks + row[column];
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += paint(line, &row == &rows_.front() ? Tone::dim : Tone::normal, palette) + "\n";
    }
    return out;
}

}  // namespace orrery::report
