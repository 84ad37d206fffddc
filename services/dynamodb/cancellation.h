/// Why a transaction is cancelled: a reason for each of its actions.
#pragma once

#include "engine/json.h"
#include "services/aws/error.h"
#include "services/dynamodb/table.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace orrery::dynamodb {

class Cancellation {
public:
    explicit Cancellation(std::size_t actions) : reasons_(actions) {}

    /// The first reason of an action counts.
    void add(std::size_t action,
             Table& table,
             std::string code,
             std::string message,
             const Item* item = nullptr);
    bool any() const { return table_ != nullptr; }
    /// Traces it, and returns the error.
    aws::ApiError error() const;

private:
    struct Reason {
        std::string code;  // empty: None
        std::string message;
        std::shared_ptr<const Json> item;
    };
    std::vector<Reason> reasons_;
    Table* table_ = nullptr;  // of the first reason
};

}  // namespace orrery::dynamodb
