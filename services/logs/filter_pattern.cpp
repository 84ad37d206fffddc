#include "services/logs/filter_pattern.h"

#include "services/aws/error.h"
#include "services/logs/delimited_pattern.h"
#include "services/logs/json_pattern.h"
#include "services/logs/pattern_cursor.h"
#include "services/logs/term_pattern.h"

namespace orrery::logs {

namespace {

// [docs: FilterAndPatternSyntax, quotas]
constexpr int regexes_per_pattern = 2;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view spaces = " \t\r\n";
    const std::size_t first = text.find_first_not_of(spaces);
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

/// What lies between the pattern's first and last character.
std::string_view inside(std::string_view text, char open, char close) {
    if (text.size() < 2 || !text.ends_with(close)) {
        // Quoted in jorgebastida/awslogs 210.
        throw aws::ApiError("InvalidParameterException",
                            std::string("If a filter pattern starts with '") + open +
                                "' it must end with '" + close + "'");
    }
    return text.substr(1, text.size() - 2);
}

std::unique_ptr<const FilterPattern> parse(std::string_view text) {
    if (text.starts_with('{')) {
        return std::make_unique<JsonPattern>(inside(text, '{', '}'));
    }
    if (text.starts_with('[')) {
        return std::make_unique<DelimitedPattern>(inside(text, '[', ']'));
    }
    return std::make_unique<TermPattern>(text);
}

}  // namespace

std::unique_ptr<const FilterPattern> parse_filter_pattern(std::string_view text) {
    std::unique_ptr<const FilterPattern> pattern = parse(trimmed(text));
    if (pattern->regexes() > regexes_per_pattern) {
        invalid_pattern();
    }
    return pattern;
}

}  // namespace orrery::logs
