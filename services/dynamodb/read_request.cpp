#include "services/dynamodb/read_request.h"

#include "services/dynamodb/expression_parameters.h"
#include "services/dynamodb/table_monitor.h"

#include <utility>

namespace orrery::dynamodb {

ReadRequest read_read_request(aws::Parameters& parameters,
                              std::vector<Item> (*read_keys)(aws::Parameters& parameters)) {
    ReadRequest request;
    ExpressionInput input =
        read_expression_input(parameters, {"AttributesToGet"}, {"ProjectionExpression"});
    request.keys = read_keys(parameters);
    request.consistency = parameters.optional_boolean("ConsistentRead").value_or(false)
                              ? Consistency::strong
                              : Consistency::eventual;
    request.projection = read_projection(parameters, input);
    input.finish();
    return request;
}

std::vector<Item> read_one_key(aws::Parameters& parameters) {
    return {read_item(required_member(parameters, "Key"))};
}

void read_traced(Table& table, const Item& key, const Table::ReadVisit& visit) {
    const bool found = table.read(table.key_of(key), visit);
    table.monitor().trace("dynamodb.item.read", {{"found", found}, {"key", key_text(table, key)}});
}

Json json_of_stored(const ReadRequest& request, std::string_view bytes) {
    return request.projection ? write_item(request.projection->of(decode_item(bytes)))
                              : write_encoded_item(bytes);
}

ReadItem read_stored(Table& table, const ReadRequest& request, const Item& key) {
    ReadItem read;
    read_traced(table, key, [&](std::size_t size, std::string_view bytes) {
        read.size = size;
        read.item = json_of_stored(request, bytes);
    });
    return read;
}

}  // namespace orrery::dynamodb
