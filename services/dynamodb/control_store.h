/// What the world's store keeps of DynamoDB's control plane in one account and Region. Without a
/// store it keeps nothing.
#pragma once

#include "engine/store.h"
#include "services/aws/identity.h"

#include <functional>
#include <string>
#include <string_view>

namespace orrery::dynamodb {

class ControlStore {
public:
    ControlStore(Store* store, const aws::Identity& identity)
        : store_(store), prefix_("dynamodb/" + identity.account + "/" + identity.region + "/") {}

    bool keeps() const { return store_ != nullptr; }
    Store& store() { return *store_; }

    void put(std::string_view collection, std::string_view key, std::string_view value) {
        if (keeps()) {
            store_->put(prefix_ + std::string(collection), key, value);
        }
    }
    void erase(std::string_view collection, std::string_view key) {
        if (keeps()) {
            store_->erase(prefix_ + std::string(collection), key);
        }
    }
    void touch() {
        if (keeps()) {
            store_->touch();
        }
    }
    void each(
        std::string_view collection,
        const std::function<void(std::string_view key, std::string_view value)>& visit) const {
        if (keeps()) {
            store_->each(prefix_ + std::string(collection), visit);
        }
    }

private:
    Store* store_;
    std::string prefix_;
};

}  // namespace orrery::dynamodb
