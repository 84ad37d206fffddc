/// The benchmarks: each measures one rate or time, the wall clock around a loop of its own.
#pragma once

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
        measure;  // one repetition, in `unit`; throws if the work was not all done
};

/// Real seconds that `work` takes.
double seconds_of(const std::function<void()>& work);

// main.cpp lists them.
Benchmark timeline_events();
Benchmark queue_to_function_in_tens();
Benchmark queue_to_function_in_thousands();
Benchmark python_invocations();
Benchmark first_event();

}  // namespace orrery::benchmarks
