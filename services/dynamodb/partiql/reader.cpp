// Texts of errors without another source: DynamoDB local's.
#include "services/dynamodb/partiql/reader.h"

#include "services/dynamodb/expressions/lexer.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace orrery::dynamodb::partiql {

namespace {

constexpr std::size_t largest_index = 2147483647;

template <typename Element>
AttributeValue set_of(const List& list) {
    Set<Element> set;
    for (const AttributeValue& value : list) {
        const auto* element = value.as<Element>();
        if (element == nullptr) {
            throw validation_error(
                "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in "
                "bags");
        }
        set.elements.push_back(*element);
    }
    std::sort(set.elements.begin(), set.elements.end());
    if (std::adjacent_find(set.elements.begin(), set.elements.end()) != set.elements.end()) {
        throw validation_error("Input collection contains duplicates");
    }
    return AttributeValue(std::move(set));
}

}  // namespace

void malformed(const std::string& why) {
    throw validation_error("Statement wasn't well formed, can't be processed: " + why);
}

Reader::Reader(std::string_view statement, const Json* parameters)
    : tokens_(read_tokens(statement)) {
    if (parameters != nullptr) {
        for (const Json& parameter : *parameters) {
            parameters_.push_back(dynamodb::read_value(parameter));
        }
    }
}

const Token& Reader::second() const {
    return tokens_[std::min(position_ + 1, tokens_.size() - 1)];
}

bool Reader::at_sign(std::string_view sign) const {
    return peek().kind == Token::Kind::sign && peek().text == sign;
}

bool Reader::at_keyword(std::string_view keyword) const {
    return peek().kind == Token::Kind::name && is_keyword(peek().text, keyword);
}

bool Reader::take_sign(std::string_view sign) {
    const bool here = at_sign(sign);
    position_ += here ? 1U : 0U;
    return here;
}

bool Reader::take_keyword(std::string_view keyword) {
    const bool here = at_keyword(keyword);
    position_ += here ? 1U : 0U;
    return here;
}

void Reader::expect_sign(std::string_view sign) {
    if (!take_sign(sign)) {
        unexpected();
    }
}

void Reader::expect_keyword(std::string_view keyword) {
    if (!take_keyword(keyword)) {
        unexpected();
    }
}

void Reader::unexpected() const {
    malformed("Unexpected token: " + peek().text);
}

std::string Reader::read_name() {
    if (peek().kind != Token::Kind::name && peek().kind != Token::Kind::quoted_name) {
        unexpected();
    }
    if (peek().text.empty()) {
        throw validation_error("Path component cannot be an empty string");
    }
    return tokens_[position_++].text;
}

Path Reader::read_path() {
    Path path;
    path.attribute = read_name();
    for (;;) {
        if (take_sign(".")) {
            if (at_sign("*")) {
                throw validation_error("Unpivot path component like a.*.b are not supported");
            }
            path.inner.emplace_back(read_name());
        } else if (take_sign("[")) {
            if (at_sign("*")) {
                throw validation_error("Wildcard path component like a[*].b are not supported");
            }
            const std::string text = peek().text;
            std::size_t index = 0;
            const auto read = std::from_chars(text.data(), text.data() + text.size(), index);
            if (peek().kind != Token::Kind::number || read.ptr != text.data() + text.size() ||
                index > largest_index) {
                throw validation_error("List index is not within the allowable range; index: [" +
                                       text + "]");
            }
            ++position_;
            path.inner.emplace_back(index);
            expect_sign("]");
        } else {
            return path;
        }
        if (path.inner.size() >= static_cast<std::size_t>(most_levels)) {
            throw nesting_error();
        }
    }
}

bool Reader::at_value() const {
    const bool sign = at_sign("[") || at_sign("{") || at_sign("<<") ||
                      (at_sign("-") && second().kind == Token::Kind::number);
    return sign || peek().kind == Token::Kind::text || peek().kind == Token::Kind::number ||
           peek().kind == Token::Kind::parameter || at_keyword("TRUE") || at_keyword("FALSE") ||
           at_keyword("NULL");
}

AttributeValue Reader::read_value(int level) {
    if (!at_value()) {
        unexpected();
    }
    if (at_sign("[")) {
        return AttributeValue(read_list(level + 1));
    }
    if (at_sign("{")) {
        return AttributeValue(read_tuple(level + 1));
    }
    if (at_sign("<<")) {
        return read_bag(level);
    }
    if (at_sign("-") || peek().kind == Token::Kind::number) {
        return AttributeValue(read_number());
    }
    if (peek().kind == Token::Kind::text) {
        return AttributeValue(tokens_[position_++].text);
    }
    if (peek().kind == Token::Kind::parameter) {
        return read_parameter();
    }
    if (take_keyword("NULL")) {
        return AttributeValue(Null{});
    }
    return AttributeValue(tokens_[position_++].text.size() == 4);  // TRUE, and not FALSE
}

Number Reader::read_number() {
    const std::string sign = take_sign("-") ? "-" : "";
    return Number::parse(sign + tokens_[position_++].text);
}

AttributeValue Reader::read_parameter() {
    ++position_;
    if (used_ == parameters_.size()) {
        throw validation_error("Number of parameters in request and statement don't match.");
    }
    return parameters_[used_++];
}

List Reader::read_list(int level) {
    if (level >= most_levels) {
        throw nesting_error();
    }
    List list;
    expect_sign("[");
    if (take_sign("]")) {
        return list;
    }
    do {
        list.push_back(read_value(level));
    } while (take_sign(","));
    expect_sign("]");
    return list;
}

Item Reader::read_tuple(int level) {
    if (level >= most_levels) {
        throw nesting_error();
    }
    Item tuple;
    expect_sign("{");
    if (take_sign("}")) {
        return tuple;
    }
    do {
        if (peek().kind != Token::Kind::text && peek().kind != Token::Kind::quoted_name) {
            unexpected();
        }
        const std::string name = tokens_[position_++].text;
        expect_sign(":");
        if (!tuple.emplace(name, read_value(level)).second) {
            throw validation_error("Duplicate keys in tuple. Key: " + name);
        }
    } while (take_sign(","));
    expect_sign("}");
    return tuple;
}

AttributeValue Reader::read_bag(int level) {
    expect_sign("<<");
    if (take_sign(">>")) {
        throw validation_error("Empty bags are not supported");
    }
    List list;
    do {
        if (!at_value() || at_sign("[") || at_sign("{") || at_sign("<<")) {
            throw validation_error(
                "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in "
                "bags");
        }
        list.push_back(read_value(level));
    } while (take_sign(","));
    expect_sign(">>");
    return list.front().as<Number>() != nullptr ? set_of<Number>(list) : set_of<std::string>(list);
}

void Reader::finish() const {
    if (!at_end()) {
        unexpected();
    }
    if (used_ != parameters_.size()) {
        throw validation_error("Number of parameters in request and statement don't match.");
    }
}

}  // namespace orrery::dynamodb::partiql
