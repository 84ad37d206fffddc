#include "services/cloudwatch/expression.h"

#include "services/cloudwatch/math_functions.h"
#include "services/cloudwatch/request.h"

#include <array>
#include <charconv>

namespace orrery::cloudwatch {

namespace {

using Node = Expression::Node;

constexpr std::size_t deepest = 2'000;  // about eight for a pair of brackets

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Loosest first. [docs: using-metric-math, operators; their precedence as usual]
struct Level {
    std::array<std::string_view, 4> operators;
};
constexpr std::array<Level, 6> levels{{{{"OR", "||", "", ""}},
                                       {{"AND", "&&", "", ""}},
                                       {{"==", "!=", "", ""}},
                                       {{"<=", ">=", "<", ">"}},
                                       {{"+", "-", "", ""}},
                                       {{"*", "/", "", ""}}}};

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    Node parse_all() {
        Node root = binary(0);
        skip_space();
        if (at_ != text_.size()) {
            wrong("'" + std::string(text_.substr(at_, 1)) + "' is not expected there");
        }
        return root;
    }

private:
    [[noreturn]] void wrong(const std::string& problem) const {
        validation_error("Error in expression '" + std::string(text_) + "', at position " +
                         std::to_string(at_ + 1) + ": " + problem + ".");
    }

    void skip_space() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' ||
                                      text_[at_] == '\n' || text_[at_] == '\r')) {
            ++at_;
        }
    }

    bool take(std::string_view token) {
        skip_space();
        if (!text_.substr(at_).starts_with(token)) {
            return false;
        }
        const std::size_t after = at_ + token.size();
        if (is_word(token.front()) && after < text_.size() && is_word(text_[after])) {
            return false;
        }
        at_ = after;
        return true;
    }

    void expect(std::string_view token) {
        if (!take(token)) {
            wrong("'" + std::string(token) + "' is missing");
        }
    }

    Node call(std::string_view name, std::vector<Node> parts) const {
        Node node;
        node.kind = Node::Kind::call;
        node.name = name;
        node.parts = std::move(parts);
        node.position = at_;
        return node;
    }

    Node binary(std::size_t level) {
        if (++depth_ > deepest) {
            wrong("it is nested too deeply");
        }
        if (level == levels.size()) {
            Node node = power();
            --depth_;
            return node;
        }
        Node left = binary(level + 1);
        bool found = true;
        while (found) {
            found = false;
            for (const std::string_view each : levels[level].operators) {
                if (!each.empty() && take(each)) {
                    left = call(each == "||"   ? "OR"
                                : each == "&&" ? "AND"
                                               : each,
                                {std::move(left), binary(level + 1)});
                    found = true;
                    break;
                }
            }
        }
        --depth_;
        return left;
    }

    Node power() {
        Node base = unary();
        if (take("^")) {
            return call("^", {std::move(base), power()});
        }
        return base;
    }

    Node unary() {
        if (++depth_ > deepest) {
            wrong("it is nested too deeply");
        }
        Node node;
        if (take("-")) {
            node = call("NEGATE", {unary()});
        } else {
            node = primary();
        }
        --depth_;
        return node;
    }

    Node primary() {
        skip_space();
        if (take("(")) {
            Node inner = binary(0);
            expect(")");
            return inner;
        }
        Node node;
        node.position = at_;
        if (take("[")) {
            node.kind = Node::Kind::list;
            node.parts = arguments("]");
            return node;
        }
        const char next = at_ < text_.size() ? text_[at_] : '\0';
        if (next == '"' || next == '\'') {
            return quoted(next);
        }
        if ((next >= '0' && next <= '9') || next == '.') {
            return number();
        }
        if (!is_word(next)) {
            wrong("a value is missing");
        }
        while (at_ < text_.size() && is_word(text_[at_])) {
            node.name += text_[at_++];
        }
        node.kind = Node::Kind::id;
        if (take("(")) {
            node.kind = Node::Kind::call;
            node.parts = arguments(")");
            require_function(node);
        }
        return node;
    }

    std::vector<Node> arguments(std::string_view end) {
        std::vector<Node> parts;
        if (take(end)) {
            return parts;
        }
        do {
            parts.push_back(binary(0));
        } while (take(","));
        expect(end);
        return parts;
    }

    Node quoted(char quote) {
        Node node;
        node.kind = Node::Kind::text;
        const std::size_t end = text_.find(quote, at_ + 1);
        if (end == std::string_view::npos) {
            wrong("the text that begins there does not end");
        }
        node.name = text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        return node;
    }

    Node number() {
        Node node;
        const char* begin = text_.data() + at_;
        const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), node.number);
        if (error != std::errc()) {
            wrong("that is no number");
        }
        at_ += static_cast<std::size_t>(end - begin);
        return node;
    }

    void require_function(const Node& node) const {
        const MathFunction* function = find_math_function(node.name);
        if (function == nullptr) {
            validation_error("Error in expression '" + std::string(text_) + "': the function " +
                             node.name + " is not supported here.");
        }
        if (node.parts.size() < function->least || node.parts.size() > function->most) {
            validation_error("Error in expression '" + std::string(text_) + "': " + node.name +
                             " has the wrong number of arguments.");
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
};

void collect_ids(const Node& node, std::vector<std::string>& ids) {
    if (node.kind == Node::Kind::id && !is_math_word(node.name)) {
        ids.push_back(node.name);
    }
    for (const Node& part : node.parts) {
        collect_ids(part, ids);
    }
}

}  // namespace

Expression Expression::parse(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const std::string_view start = first == std::string_view::npos ? "" : text.substr(first);
    for (const std::string_view select : {"SELECT ", "select ", "Select "}) {
        if (start.starts_with(select)) {
            validation_error("Metrics Insights queries (SELECT) are not supported here.");
        }
    }
    Expression expression;
    expression.root_ = Parser(text).parse_all();
    return expression;
}

std::vector<std::string> Expression::ids() const {
    std::vector<std::string> ids;
    collect_ids(root_, ids);
    return ids;
}

MathValue Expression::evaluate(const MathContext& context) const {
    return evaluate_math(root_, context);
}

}  // namespace orrery::cloudwatch
