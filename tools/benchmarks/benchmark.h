/// The benchmarks: each measures one rate or time, the wall clock around a loop of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace orrery::benchmarks {

enum class Better : std::uint8_t { higher, lower };

struct Benchmark {
    std::string name;
    std::string unit;  // "events/s", "ms"
    Better better = Better::higher;
    double target = 0;
    std::string bound_by;  // what limits it, in words
    std::function<double()>
        measure;                  // one repetition, in `unit`; throws if the work was not all done
    std::size_t repetitions = 5;  // of which the median counts
};

/// Real seconds that `work` takes.
double seconds_of(const std::function<void()>& work);

// main.cpp lists them.
Benchmark timeline_events();
Benchmark queue_to_function_in_tens();
Benchmark queue_to_function_in_thousands();
Benchmark stream_to_function();
Benchmark tumbling_window_day();
Benchmark tumbling_window_day_ungathered();
Benchmark sqs_queue_of_1_thousand();
Benchmark sqs_queue_of_10_thousand();
Benchmark sqs_queue_of_100_thousand();
Benchmark sqs_queue_of_1_million();
Benchmark sqs_fifo_queue_of_1_thousand();
Benchmark sqs_fifo_queue_of_1_million();
Benchmark sqs_message_memory();
Benchmark dynamodb_puts_in_1_thousand();
Benchmark dynamodb_puts_in_100_thousand();
Benchmark dynamodb_puts_in_1_million();
Benchmark dynamodb_gets_in_1_thousand();
Benchmark dynamodb_gets_in_100_thousand();
Benchmark dynamodb_gets_in_1_million();
Benchmark dynamodb_put_growth();
Benchmark dynamodb_get_growth();
Benchmark dynamodb_query_in_1_million();
Benchmark dynamodb_item_memory();
Benchmark dynamodb_puts_over_http();
Benchmark dynamodb_gets_over_http();
Benchmark dynamodb_put_latency();
Benchmark dynamodb_get_latency();
Benchmark kinesis_stream_of_10_thousand();
Benchmark kinesis_stream_of_1_million();
Benchmark kinesis_puts_over_http();
Benchmark kinesis_batches_over_http();
Benchmark python_invocations();
Benchmark node_invocations();
Benchmark first_python_environment();
Benchmark following_python_environment();
Benchmark node_environment();
Benchmark python_environments_memory();
Benchmark node_environments_memory();
Benchmark first_event();
Benchmark bare_http_one_connection();
Benchmark bare_http_sixteen_connections();
Benchmark sqs_sends_on_one_connection();
Benchmark sqs_sends_on_sixteen_connections();
Benchmark sqs_send_median_latency();
Benchmark sqs_send_slow_latency();
Benchmark sqs_send_slowest_latency();
Benchmark sqs_cycles_on_one_connection();
Benchmark sqs_cycles_on_sixteen_connections();

}  // namespace orrery::benchmarks
