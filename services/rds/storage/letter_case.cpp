#include "services/rds/storage/letter_case.h"

#include "services/rds/mysql_error.h"

#include <algorithm>
#include <array>

namespace orrery::rds {

namespace {

/// Letters from `first` to `last` in upper case, every `step`-th, whose lower case stands
/// `distance` further on.
struct CaseRange {
    char32_t first;
    char32_t last;
    char32_t step;
    char32_t distance;
};
constexpr std::array ranges = std::to_array<CaseRange>({
    {U'A', U'Z', 1, 32},   {0xC0, 0xD6, 1, 32},   {0xD8, 0xDE, 1, 32},   {0x100, 0x12E, 2, 1},
    {0x132, 0x136, 2, 1},  {0x139, 0x147, 2, 1},  {0x14A, 0x176, 2, 1},  {0x179, 0x17D, 2, 1},
    {0x386, 0x386, 1, 38}, {0x388, 0x38A, 1, 37}, {0x38C, 0x38C, 1, 64}, {0x38E, 0x38F, 1, 63},
    {0x391, 0x3A1, 1, 32}, {0x3A3, 0x3AB, 1, 32}, {0x400, 0x40F, 1, 80}, {0x410, 0x42F, 1, 32},
    {0x460, 0x480, 2, 1},  {0x48A, 0x4BE, 2, 1},  {0x4C0, 0x4C0, 1, 15}, {0x4C1, 0x4CD, 2, 1},
    {0x4D0, 0x52E, 2, 1},
});

struct Pair {
    char32_t from;
    char32_t to;
};
/// Letters whose two cases do not point at each other.
constexpr std::array only_upper = std::to_array<Pair>(
    {{0xB5, 0x39C}, {0xFF, 0x178}, {0x131, U'I'}, {0x17F, U'S'}, {0x3C2, 0x3A3}});
constexpr std::array only_lower = std::to_array<Pair>({{0x130, U'i'}, {0x178, 0xFF}});

struct Block {
    char32_t first;
    char32_t last;
};
/// Where letters stand whose case is not known here.
constexpr std::array refused = std::to_array<Block>({
    {0x180, 0x2AF},
    {0x345, 0x37F},
    {0x3CF, 0x3FF},
    {0x531, 0x587},
    {0x10A0, 0x10FF},
    {0x13A0, 0x13FF},
    {0x1C80, 0x1CBF},
    {0x1D79, 0x1D8E},
    {0x1E00, 0x1FFF},
    {0x2126, 0x2188},
    {0x24B6, 0x24E9},
    {0x2C00, 0x2DFF},
    {0xA640, 0xA7FF},
    {0xAB30, 0xABBF},
    {0xFF21, 0xFF5A},
    {0x10400, 0x118DF},
    {0x16E40, 0x16E7F},
    {0x1E900, 0x1E943},
});

void refuse_unknown(char32_t code) {
    const bool inside = std::any_of(refused.begin(), refused.end(), [&](const Block& block) {
        return code >= block.first && code <= block.last;
    });
    if (inside) {
        throw not_supported("case of letters other than Latin, Greek and Cyrillic");
    }
}

template <typename Pairs>
char32_t paired(const Pairs& pairs, char32_t code) {
    const auto found = std::find_if(
        pairs.begin(), pairs.end(), [&](const Pair& pair) { return pair.from == code; });
    return found == pairs.end() ? code : found->to;
}

bool within(const CaseRange& range, char32_t code) {
    return code >= range.first && code <= range.last && (code - range.first) % range.step == 0;
}

}  // namespace

char32_t upper_letter(char32_t code) {
    for (const CaseRange& range : ranges) {
        if (code >= range.distance && within(range, code - range.distance)) {
            return code - range.distance;
        }
    }
    refuse_unknown(code);
    return paired(only_upper, code);
}

char32_t lower_letter(char32_t code) {
    for (const CaseRange& range : ranges) {
        if (within(range, code)) {
            return code + range.distance;
        }
    }
    refuse_unknown(code);
    return paired(only_lower, code);
}

}  // namespace orrery::rds
