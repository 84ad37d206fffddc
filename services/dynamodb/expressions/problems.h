/// What is wrong with an expression that has no syntax error. DynamoDB reads all of it, and then
/// reports one of its problems, in an order of its own.
#pragma once

#include "services/dynamodb/validation_error.h"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace orrery::dynamodb {

class Problems {
public:
    enum class Kind : std::uint8_t {
        parentheses,
        operators,
        function_name,
        misplaced_function,
        reserved_word,
        section,
        path,
        undefined_name,
        undefined_value,
        overlap,
        conflict,
        action_type,
        operand_count,
        distinct,
        operand_type,
        condition  // the first condition's that has one
    };

    /// The first of each kind is kept.
    void add(Kind kind, const std::string& message) {
        if (at(kind).empty()) {
            at(kind) = message;
        }
    }
    /// The first in `order`; empty if there is none.
    const std::string& first(std::initializer_list<Kind> order) const {
        for (const Kind kind : order) {
            if (const std::string& message = messages_[static_cast<std::size_t>(kind)];
                !message.empty()) {
                return message;
            }
        }
        return none_;
    }

private:
    std::string& at(Kind kind) { return messages_[static_cast<std::size_t>(kind)]; }

    std::array<std::string, static_cast<std::size_t>(Kind::condition) + 1> messages_;
    std::string none_;
};

}  // namespace orrery::dynamodb
