/// What the parsers of all parts of a PartiQL statement share: words, names, paths, values.
#pragma once

#include "engine/json.h"
#include "services/dynamodb/attribute_value.h"
#include "services/dynamodb/expressions/condition_node.h"
#include "services/dynamodb/partiql/lexer.h"

#include <string>
#include <string_view>
#include <vector>

namespace orrery::dynamodb::partiql {

/// "Statement wasn't well formed, can't be processed: ..."
[[noreturn]] void malformed(const std::string& why);

class Reader {
public:
    Reader(std::string_view statement, const Json* parameters);

    const Token& peek() const { return tokens_[position_]; }
    /// The token after the next one.
    const Token& second() const;
    bool at_end() const { return peek().kind == Token::Kind::end; }
    bool at_sign(std::string_view sign) const;
    /// In capitals, as statements may have it in any case.
    bool at_keyword(std::string_view keyword) const;
    bool take_sign(std::string_view sign);
    bool take_keyword(std::string_view keyword);
    void expect_sign(std::string_view sign);
    void expect_keyword(std::string_view keyword);
    /// Throws the error about the next token.
    [[noreturn]] void unexpected() const;

    /// A name with quotes or without.
    std::string read_name();
    /// a.b[0]."c"
    Path read_path();
    /// Whether a constant or a question mark is next.
    bool at_value() const;
    /// 'text', 1.5, TRUE, NULL, [..], {..}, <<..>>, ?
    AttributeValue read_value() { return read_value(0); }
    Item read_tuple() { return read_tuple(0); }
    /// Throws unless every token and every parameter has been read.
    void finish() const;

private:
    AttributeValue read_value(int level);
    Item read_tuple(int level);
    List read_list(int level);
    AttributeValue read_bag(int level);
    AttributeValue read_parameter();
    Number read_number();

    std::vector<Token> tokens_;
    std::size_t position_ = 0;
    std::vector<AttributeValue> parameters_;
    std::size_t used_ = 0;
};

}  // namespace orrery::dynamodb::partiql
