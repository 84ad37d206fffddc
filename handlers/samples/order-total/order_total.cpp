// Adds up the orders of a batch of queue messages, in C++ and in Orrery's own process.
#include "handlers/native/orrery_native.h"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>

namespace {
int orders_seen = 0;  // of this environment
}

extern "C" void total(const char* event, size_t length, const orrery_context* context) {
    constexpr std::int64_t milliseconds_an_order = 2;
    constexpr std::int64_t nanoseconds = 1'000'000;
    const auto batch = nlohmann::json::parse(event, event + length);
    double sum = 0;
    for (const auto& record : batch.at("Records")) {
        const auto order = nlohmann::json::parse(record.at("body").get<std::string>());
        if (order.at("amount") < 0) {
            throw std::invalid_argument("order " + order.at("order").dump() +
                                        " costs less than nothing");
        }
        sum += order.at("amount").get<double>();
        ++orders_seen;
        context->spend(context, milliseconds_an_order * nanoseconds);
    }
    const std::string line = "orders so far: " + std::to_string(orders_seen) + "\n";
    context->log(context, line.data(), line.size());
    const std::string answer = nlohmann::json{{"total", sum}}.dump();
    context->respond(context, answer.data(), answer.size());
}
