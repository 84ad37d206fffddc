#include "services/dynamodb/transactions.h"

#include "engine/world.h"
#include "services/dynamodb/record_bytes.h"

#include <xxhash.h>

namespace orrery::dynamodb {

namespace {

constexpr Duration remembered = std::chrono::minutes(10);  // [botocore]
constexpr std::string_view token_collection = "transaction";

std::string digest_of(std::string_view request) {
    const XXH128_hash_t hash = XXH3_128bits(request.data(), request.size());
    return std::to_string(hash.high64) + "/" + std::to_string(hash.low64);
}

std::string record_of(const Transactions::Known& known) {
    std::string bytes;
    append_instant(bytes, known.end);
    append_bytes(bytes, known.digest);
    append_number(bytes, known.sizes.size());
    for (const std::uint64_t size : known.sizes) {
        append_number(bytes, size);
    }
    return bytes;
}

Transactions::Known read_record(std::string_view record) {
    RecordReader reader(record);
    Transactions::Known known;
    known.end = reader.instant();
    known.digest = reader.bytes();
    for (std::uint64_t left = reader.number(); left > 0; --left) {
        known.sizes.push_back(reader.number());
    }
    return known;
}

}  // namespace

bool Transactions::Known::is_of(std::string_view request) const {
    return digest == digest_of(request);
}

Transactions::Transactions(World& world, const aws::Identity& identity)
    : world_(world), store_(world.store, identity) {
    store_.each(token_collection, [this](std::string_view token, std::string_view record) {
        Known known = read_record(record);
        ends_.emplace(known.end, token);
        by_token_.emplace(token, std::move(known));
    });
}

void Transactions::forget_old() {
    while (!ends_.empty() && ends_.begin()->first <= world_.loop.now()) {
        const std::string& token = ends_.begin()->second;
        by_token_.erase(token);
        store_.erase(token_collection, token);
        store_.touch();
        ends_.erase(ends_.begin());
    }
}

const Transactions::Known* Transactions::find(std::string_view token) {
    forget_old();
    const auto found = by_token_.find(token);
    return found == by_token_.end() ? nullptr : &found->second;
}

void Transactions::remember(const std::string& token,
                            std::string_view request,
                            std::vector<std::uint64_t> sizes) {
    Known known{digest_of(request), std::move(sizes), world_.loop.now() + remembered};
    store_.put(token_collection, token, record_of(known));
    store_.touch();
    ends_.emplace(known.end, token);
    by_token_.emplace(token, std::move(known));
}

}  // namespace orrery::dynamodb
