// The bytes that DynamoDB's items are stored as: others are refused; what they say can be stored
// again, written as JSON either way, and read from that.
// iterations: 120000
#include "engine/ensure.h"
#include "engine/error.h"
#include "services/aws/error.h"
#include "services/dynamodb/attribute_value.h"
#include "services/dynamodb/key_bytes.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace orrery;
using namespace orrery::dynamodb;

namespace {

bool is_key_type(const AttributeValue& value) {
    return value.type() <= AttributeType::binary;
}

/// Keys' bytes order as the values do, and none begins another's.
void check_keys(const Item& item) {
    for (const auto& [name, left] : item) {
        for (const auto& [other, right] : item) {
            if (is_key_type(left) && left.type() == right.type()) {
                std::string left_bytes;
                std::string right_bytes;
                append_key_bytes(left_bytes, left);
                append_key_bytes(right_bytes, right);
                ENSURE((left_bytes <=> right_bytes) == compare_key_values(left, right));
                ENSURE(left == right || !left_bytes.starts_with(right_bytes));
            }
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    try {
        write_encoded_item(bytes);
    } catch (const UsageError&) {
        // Then decode_item() refuses them, too, which holds more against them.
    }
    Item item;
    try {
        item = decode_item(bytes);
    } catch (const UsageError&) {
        return 0;
    }
    const std::string stored = encode_item(item);
    ENSURE(decode_item(stored) == item);
    const Json json = write_item(item);
    ENSURE(write_encoded_item(stored) == json);
    ENSURE(size_of(item) > 0 || item.empty() || item.size() == 1);
    check_keys(item);
    try {
        ENSURE(read_item(json) == item);
    } catch (const aws::ApiError& error) {
        ENSURE(error.message() == nesting_error().message());
    }
    return 0;
}
