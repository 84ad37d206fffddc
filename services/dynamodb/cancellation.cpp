#include "services/dynamodb/cancellation.h"

#include "services/dynamodb/table_monitor.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace orrery::dynamodb {

void Cancellation::add(
    std::size_t action, Table& table, std::string code, std::string message, const Item* item) {
    table_ = table_ == nullptr ? &table : table_;
    Reason& reason = reasons_[action];
    if (reason.code.empty()) {
        reason.code = std::move(code);
        reason.message = std::move(message);
        if (item != nullptr) {
            reason.item = std::make_shared<const Json>(write_item(*item));
        }
    }
}

// [LS test_transact_write_items; botocore]
aws::ApiError Cancellation::error() const {
    Json list = Json::array();
    std::vector<std::string> codes;
    std::string text;
    for (const Reason& reason : reasons_) {
        codes.push_back(reason.code.empty() ? "None" : reason.code);
        text += (text.empty() ? "" : ", ") + codes.back();
        Json json{{"Code", codes.back()}};
        if (!reason.message.empty()) {
            json["Message"] = reason.message;
        }
        if (reason.item != nullptr) {
            json["Item"] = *reason.item;
        }
        list.push_back(std::move(json));
    }
    table_->monitor().trace("dynamodb.transaction.cancelled", {{"reasons", codes}});
    return aws::ApiError("TransactionCanceledException",
                         "Transaction cancelled, please refer cancellation reasons for specific "
                         "reasons [" +
                             text + "]")
        .with("CancellationReasons", std::make_shared<const Json>(std::move(list)));
}

}  // namespace orrery::dynamodb
