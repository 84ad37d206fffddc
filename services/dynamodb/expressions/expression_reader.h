/// What the parsers of all kinds of expressions share: paths, values, their problems.
#pragma once

#include "services/dynamodb/expressions/expressions.h"
#include "services/dynamodb/expressions/lexer.h"
#include "services/dynamodb/expressions/problems.h"

#include <initializer_list>
#include <string>
#include <string_view>

namespace orrery::dynamodb {

class ExpressionReader {
public:
    /// Throws for a text that is empty or longer than 4096 bytes. `parameter` is what errors call
    /// it: "ConditionExpression".
    ExpressionReader(std::string_view text, ExpressionInput& input, std::string_view parameter);

    Tokens& tokens() { return tokens_; }
    Problems& problems() { return problems_; }

    /// Throws the error about the next token.
    [[noreturn]] void syntax_error() const;
    /// Throws where reading on would nest too deeply.
    [[noreturn]] void fail(const std::string& problem) const;
    [[noreturn]] void fail_for_operators() const;
    /// Takes the sign, or throws that error.
    void expect(std::string_view sign);

    /// a, #a, a.b[0].#c
    Path read_path();
    /// Goes on with .b[0] where the path before them has been read.
    void read_inner(Path& path);
    /// :a; a problem of kind `undefined` if it is not defined, and the value is null then.
    AttributeValue read_value(Problems::Kind undefined);

    /// One more operator or function.
    void count_operator() { ++operators_; }
    /// At the end of the expression: throws the first problem in `order`, if there is one.
    void finish(std::initializer_list<Problems::Kind> order);

private:
    std::string read_name();
    std::size_t read_index();
    void check_depth(const Path& path);
    std::string too_many_operators() const;

    Tokens tokens_;
    ExpressionInput& input_;
    std::string_view parameter_;
    Problems problems_;
    std::size_t operators_ = 0;
};

}  // namespace orrery::dynamodb
