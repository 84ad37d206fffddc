#include "tools/benchmarks/benchmark.h"
#include "tools/report/table.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::benchmarks {

double seconds_of(const std::function<void()>& work) {
    const auto began = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

namespace {

constexpr std::array benchmarks{timeline_events,
                                queue_to_function_in_tens,
                                queue_to_function_in_thousands,
                                stream_to_function,
                                tumbling_window_day,
                                tumbling_window_day_ungathered,
                                sqs_queue_of_1_thousand,
                                sqs_queue_of_10_thousand,
                                sqs_queue_of_100_thousand,
                                sqs_queue_of_1_million,
                                sqs_fifo_queue_of_1_thousand,
                                sqs_fifo_queue_of_1_million,
                                sqs_message_memory,
                                dynamodb_puts_in_1_thousand,
                                dynamodb_puts_in_100_thousand,
                                dynamodb_puts_in_1_million,
                                dynamodb_gets_in_1_thousand,
                                dynamodb_gets_in_100_thousand,
                                dynamodb_gets_in_1_million,
                                dynamodb_put_growth,
                                dynamodb_get_growth,
                                dynamodb_query_in_1_million,
                                dynamodb_item_memory,
                                dynamodb_puts_over_http,
                                dynamodb_gets_over_http,
                                dynamodb_put_latency,
                                dynamodb_get_latency,
                                kinesis_stream_of_10_thousand,
                                kinesis_stream_of_1_million,
                                kinesis_puts_over_http,
                                kinesis_batches_over_http,
                                python_invocations,
                                node_invocations,
                                first_python_environment,
                                following_python_environment,
                                node_environment,
                                python_environments_memory,
                                node_environments_memory,
                                first_event,
                                bare_http_one_connection,
                                bare_http_sixteen_connections,
                                sqs_sends_on_one_connection,
                                sqs_sends_on_sixteen_connections,
                                sqs_send_median_latency,
                                sqs_send_slow_latency,
                                sqs_send_slowest_latency,
                                sqs_cycles_on_one_connection,
                                sqs_cycles_on_sixteen_connections};

double median(const Benchmark& benchmark) {
    std::vector<double> figures(benchmark.repetitions);
    std::generate(figures.begin(), figures.end(), benchmark.measure);
    std::sort(figures.begin(), figures.end());
    return figures[figures.size() / 2];
}

std::string number(double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), value < 100 ? "%.2f" : "%.0f", value);
    return text.data();
}

bool reached(const Benchmark& benchmark, double figure) {
    return benchmark.better == Better::higher ? figure >= benchmark.target
                                              : figure <= benchmark.target;
}

/// Measures those whose name contains `filter`.
int run(std::string_view filter) {
    report::Table table(
        {"benchmark", "measured", "target", "unit", "reached", "median of", "bound by"});
    for (const auto& make : benchmarks) {
        const Benchmark benchmark = make();
        if (benchmark.name.find(filter) == std::string::npos) {
            continue;
        }
        std::fprintf(stderr, "%s ...\n", benchmark.name.c_str());
        const double figure = median(benchmark);
        table.add({benchmark.name,
                   number(figure),
                   (benchmark.better == Better::higher ? ">= " : "<= ") + number(benchmark.target),
                   benchmark.unit,
                   reached(benchmark, figure) ? "yes" : "no",
                   std::to_string(benchmark.repetitions),
                   benchmark.bound_by});
    }
    std::fputs(table.text(report::Palette::plain).c_str(), stdout);
    return 0;
}

}  // namespace

}  // namespace orrery::benchmarks

int main(int argc, char** argv) {
    try {
        return orrery::benchmarks::run(argc > 1 ? argv[1] : "");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "orrery_bench: %s\n", error.what());
        return 1;
    }
}
