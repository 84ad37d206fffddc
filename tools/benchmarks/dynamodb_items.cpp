// What operations on items cost in a table that grows: time and memory, in process, through
// dispatch and the model's checks.

#include "engine/world.h"
#include "services/aws/api.h"
#include "services/dynamodb/dynamodb.h"
#include "tools/benchmarks/benchmark.h"

#include <malloc.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

namespace orrery::benchmarks {

namespace {

constexpr std::size_t text_bytes = 980;  // with its names and key an item counts 1 KB

std::size_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t all = 0;
    std::size_t resident = 0;
    if (!(statm >> all >> resident)) {
        throw std::runtime_error("cannot read /proc/self/statm");
    }
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// A table with `items` items: 100 to a customer, written customer after customer in turn, so that
/// those of one lie far apart.
class FilledTable {
public:
    explicit FilledTable(std::size_t items) : items_(items), service_(world_, aws::Identity{}) {
        world_.trace.keep_events(false);
        api_.add(service_.api());
        call("CreateTable",
             {{"TableName", "Orders"},
              {"AttributeDefinitions",
               {{{"AttributeName", "customer"}, {"AttributeType", "S"}},
                {{"AttributeName", "number"}, {"AttributeType", "N"}}}},
              {"KeySchema",
               {{{"AttributeName", "customer"}, {"KeyType", "HASH"}},
                {{"AttributeName", "number"}, {"KeyType", "RANGE"}}}},
              {"BillingMode", "PAY_PER_REQUEST"}},
             [](const Json&) { return true; });
        world_.loop.run_until(world_.loop.now() + std::chrono::minutes(1));
        put_["TableName"] = get_["TableName"] = "Orders";
        put_["Item"]["text"]["S"] = std::string(text_bytes, 'x');
        for (std::size_t item = 0; item < items; ++item) {
            put(item);
        }
    }

    void put(std::size_t item) {
        set_key(put_["Item"], item);
        // Never what is there already.
        put_["Item"]["written"]["N"] = std::to_string(++written_);
        call("PutItem", put_, [](const Json& answer) { return answer.empty(); });
    }
    void get(std::size_t item) {
        set_key(get_["Key"], item);
        call("GetItem", get_, [](const Json& answer) { return answer.contains("Item"); });
    }
    void query(std::size_t customer) {
        call("Query",
             {{"TableName", "Orders"},
              {"KeyConditionExpression", "customer = :c"},
              {"ExpressionAttributeValues", {{":c", {{"S", customer_name(customer)}}}}}},
             [](const Json& answer) { return answer.at("Count") == items_of_customer; });
    }

    std::size_t customers() const { return items_ / items_of_customer; }
    /// The next one of a sequence without an order that is the same in every run.
    std::size_t any_item() {
        random_ = random_ * 6364136223846793005U + 1442695040888963407U;
        return static_cast<std::size_t>(random_ >> 33U) % items_;
    }

private:
    static constexpr std::size_t items_of_customer = 100;

    static std::string customer_name(std::size_t customer) {
        return "customer-" + std::to_string(customer);
    }
    void set_key(Json& item, std::size_t number) const {
        item["customer"]["S"] = customer_name(number % customers());
        item["number"]["N"] = std::to_string(number / customers());
    }
    /// Whether the answer is as `right` wants it.
    void call(const char* operation, const Json& parameters, bool (*right)(const Json& answer)) {
        bool was_right = false;
        api_.call("dynamodb", operation, parameters, [&](const aws::ApiResult& result) {
            was_right = result.ok() && right(result.value());
        });
        if (!was_right) {
            throw std::runtime_error(std::string(operation) + " did not do what it should");
        }
    }

    std::size_t items_;
    World world_;
    dynamodb::DynamoDbService service_;
    aws::Api api_;
    Json put_;
    Json get_;
    std::uint64_t written_ = 0;
    std::uint64_t random_ = 1;
};

enum class Operation : std::uint8_t { put, get };

std::string name_of(Operation operation) {
    return operation == Operation::put ? "PutItem" : "GetItem";
}

/// Of `calls` with items that are there, in no order.
double seconds_for(FilledTable& table, Operation operation, std::size_t calls) {
    return seconds_of([&] {
        for (std::size_t count = 0; count < calls; ++count) {
            const std::size_t item = table.any_item();
            operation == Operation::put ? table.put(item) : table.get(item);
        }
    });
}

double per_second(std::size_t items, Operation operation) {
    constexpr std::size_t calls = 100'000;
    FilledTable table(items);
    return static_cast<double>(calls) / seconds_for(table, operation, calls);
}

/// What a call costs in the largest of three tables, as a multiple of that in the smallest. They
/// are measured in turn, so that what else the machine does strikes them alike.
double growth(Operation operation) {
    constexpr std::size_t rounds = 9;
    constexpr std::size_t calls = 20'000;
    struct Measured {
        explicit Measured(std::size_t its_items) : items(its_items), table(its_items) {}
        std::size_t items;
        FilledTable table;
        std::array<double, rounds> microseconds{};
        double median() {
            std::sort(microseconds.begin(), microseconds.end());
            return microseconds[rounds / 2];
        }
    };
    std::array<Measured, 3> tables{Measured(1'000), Measured(100'000), Measured(1'000'000)};
    for (std::size_t round = 0; round < rounds; ++round) {
        for (Measured& each : tables) {
            each.microseconds[round] =
                seconds_for(each.table, operation, calls) / static_cast<double>(calls) * 1e6;
        }
    }
    const double first = tables.front().median();
    for (Measured& each : tables) {
        std::printf("DynamoDB %s in a table of %7zu: %.2f us, %.2f times the first\n",
                    name_of(operation).c_str(),
                    each.items,
                    each.median(),
                    each.median() / first);
    }
    return tables.back().median() / first;
}

double query_microseconds(std::size_t items) {
    constexpr std::size_t queries = 2'000;
    FilledTable table(items);
    const double seconds = seconds_of([&] {
        for (std::size_t count = 0; count < queries; ++count) {
            table.query(table.any_item() % table.customers());
        }
    });
    return seconds / static_cast<double>(queries) * 1e6;
}

double bytes_an_item() {
    constexpr std::size_t items = 1'000'000;
    malloc_trim(0);
    const std::size_t before = resident_bytes();
    const FilledTable table(items);
    return static_cast<double>(resident_bytes() - before) / static_cast<double>(items);
}

Benchmark rate(std::size_t items, Operation operation) {
    return {"DynamoDB " + name_of(operation) + " of 1 KB in a table of " + std::to_string(items),
            "requests/s",
            Better::higher,
            150'000,
            "JSON; the memory's latency",
            [items, operation] { return per_second(items, operation); },
            items < 1'000'000 ? 5U : 3U};
}

/// As flat as the memory lets it be: in the large table each call finds nothing in the processor's
/// caches of the item, of its place in the hash, and of what leads from there to the item.
Benchmark cost_growth(Operation operation) {
    return {
        "DynamoDB " + name_of(operation) + "'s cost in a table of 1000000, of that in one of 1000",
        "times",
        Better::lower,
        1.5,
        "the memory's latency",
        [operation] { return growth(operation); },
        1};
}

}  // namespace

Benchmark dynamodb_puts_in_1_thousand() {
    return rate(1'000, Operation::put);
}
Benchmark dynamodb_puts_in_100_thousand() {
    return rate(100'000, Operation::put);
}
Benchmark dynamodb_puts_in_1_million() {
    return rate(1'000'000, Operation::put);
}
Benchmark dynamodb_gets_in_1_thousand() {
    return rate(1'000, Operation::get);
}
Benchmark dynamodb_gets_in_100_thousand() {
    return rate(100'000, Operation::get);
}
Benchmark dynamodb_gets_in_1_million() {
    return rate(1'000'000, Operation::get);
}

Benchmark dynamodb_put_growth() {
    return cost_growth(Operation::put);
}
Benchmark dynamodb_get_growth() {
    return cost_growth(Operation::get);
}

Benchmark dynamodb_query_in_1_million() {
    return {"DynamoDB Query of 100 items of 1 KB in a table of 1000000",
            "us",
            Better::lower,
            300,
            "the memory's latency: an item after the other",
            [] { return query_microseconds(1'000'000); },
            1};
}

Benchmark dynamodb_item_memory() {
    return {"DynamoDB memory of an item of 1 KB, 1000000 in a table",
            "bytes",
            Better::lower,
            1'600,
            "its bytes, and its place in a sorted map",
            bytes_an_item,
            1};
}

}  // namespace orrery::benchmarks
