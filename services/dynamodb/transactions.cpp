#include "services/dynamodb/transactions.h"

#include "engine/world.h"

#include <xxhash.h>

namespace orrery::dynamodb {

namespace {

constexpr Duration remembered = std::chrono::minutes(10);  // [botocore]

std::string digest_of(std::string_view request) {
    const XXH128_hash_t hash = XXH3_128bits(request.data(), request.size());
    return std::to_string(hash.high64) + "/" + std::to_string(hash.low64);
}

}  // namespace

void Transactions::forget_old() {
    while (!ends_.empty() && ends_.front().first <= world_.loop.now()) {
        requests_.erase(ends_.front().second);
        ends_.pop_front();
    }
}

Transactions::Known Transactions::find(std::string_view token, std::string_view request) {
    forget_old();
    const auto found = requests_.find(token);
    return found == requests_.end()              ? Known::no
           : found->second == digest_of(request) ? Known::same
                                                 : Known::other;
}

void Transactions::remember(std::string token, std::string_view request) {
    requests_[token] = digest_of(request);
    ends_.emplace_back(world_.loop.now() + remembered, std::move(token));
}

}  // namespace orrery::dynamodb
