#include "services/dynamodb/expressions/expression_reader.h"

#include "services/dynamodb/expressions/reserved_words.h"

#include <charconv>

namespace orrery::dynamodb {

namespace {

// [docs: Constraints]
constexpr std::size_t most_bytes = 4096;
constexpr std::size_t most_operators = 300;
constexpr std::size_t most_path_levels = 32;
constexpr std::size_t largest_index = 2147483647;

RequestError invalid_expression(std::string_view parameter, const std::string& message) {
    return RequestError("Invalid " + std::string(parameter) + ": " + message);
}

std::string_view checked_text(std::string_view text, std::string_view parameter) {
    if (text.empty()) {
        throw validation_error("Invalid " + std::string(parameter) +
                               ": The expression can not be empty;");
    }
    if (text.size() > most_bytes) {
        // Only updates are told without their size. [logs quoted in public repositories]
        throw invalid_expression(parameter,
                                 "Expression size has exceeded the maximum allowed size;" +
                                     (parameter == "UpdateExpression"
                                          ? std::string()
                                          : " expression size: " + std::to_string(text.size())));
    }
    return text;
}

}  // namespace

ExpressionReader::ExpressionReader(std::string_view text,
                                   ExpressionInput& input,
                                   std::string_view parameter)
    : tokens_(checked_text(text, parameter)), input_(input), parameter_(parameter) {}

void ExpressionReader::fail(const std::string& problem) const {
    throw invalid_expression(parameter_, problem);
}

void ExpressionReader::syntax_error() const {
    fail(tokens_.syntax_error());
}

void ExpressionReader::fail_for_operators() const {
    fail(too_many_operators());
}

std::string ExpressionReader::too_many_operators() const {
    return "The expression contains too many operators; operator count: " +
           std::to_string(operators_);
}

void ExpressionReader::expect(std::string_view sign) {
    if (!tokens_.take_sign(sign)) {
        syntax_error();
    }
}

Path ExpressionReader::read_path() {
    Path path;
    path.attribute = read_name();
    read_inner(path);
    return path;
}

void ExpressionReader::read_inner(Path& path) {
    for (;;) {
        if (tokens_.take_sign(".")) {
            path.inner.emplace_back(read_name());
        } else if (tokens_.take_sign("[")) {
            path.inner.emplace_back(read_index());
            expect("]");
        } else {
            check_depth(path);
            return;
        }
    }
}

void ExpressionReader::check_depth(const Path& path) {
    if (path.inner.size() >= most_path_levels) {
        problems_.add(Problems::Kind::path,
                      "The document path has too many nesting levels; nesting levels: " +
                          std::to_string(path.inner.size() + 1));
    }
}

std::string ExpressionReader::read_name() {
    const Token& token = tokens_.peek();
    if (token.kind == Token::Kind::name_placeholder) {
        const std::string* name = input_.find_name(tokens_.take().text);
        if (name == nullptr) {
            problems_.add(Problems::Kind::undefined_name,
                          "An expression attribute name used in the document path is not defined; "
                          "attribute name: " +
                              std::string(token.text));
            return {};
        }
        return *name;
    }
    if (token.kind != Token::Kind::name) {
        syntax_error();
    }
    if (is_reserved_word(token.text)) {
        problems_.add(
            Problems::Kind::reserved_word,
            "Attribute name is a reserved keyword; reserved keyword: " + std::string(token.text));
    }
    return std::string(tokens_.take().text);
}

std::size_t ExpressionReader::read_index() {
    if (tokens_.peek().kind != Token::Kind::number) {
        syntax_error();
    }
    const std::string_view text = tokens_.take().text;
    std::size_t index = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), index);
    if (read.ec != std::errc() || index > largest_index) {
        problems_.add(
            Problems::Kind::path,
            "List index is not within the allowable range; index: [" + std::string(text) + "]");
    }
    return index;
}

AttributeValue ExpressionReader::read_value(Problems::Kind undefined) {
    if (tokens_.peek().kind != Token::Kind::value) {
        syntax_error();
    }
    const std::string_view key = tokens_.take().text;
    const AttributeValue* value = input_.find_value(key);
    if (value == nullptr) {
        problems_.add(undefined,
                      "An expression attribute value used in expression is not defined; attribute "
                      "value: " +
                          std::string(key));
        return {};
    }
    return *value;
}

void ExpressionReader::finish(std::initializer_list<Problems::Kind> order) {
    if (!tokens_.at_end()) {
        syntax_error();
    }
    if (operators_ > most_operators) {
        problems_.add(Problems::Kind::operators, too_many_operators());
    }
    if (const std::string& problem = problems_.first(order); !problem.empty()) {
        fail(problem);
    }
}

}  // namespace orrery::dynamodb
