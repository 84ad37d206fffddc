/// What a function of Orrery's runtime "native" includes: a C or C++ shared object that is called in
/// Orrery's own process, without a process, HTTP or a shim in between. For tests that need very many
/// invocations, and for fuzzing. AWS has no such runtime.
///
///     Runtime: native
///     Handler: liborders.so:total      a file in the code folder, and a function of this type in it
///
/// The call must not wait: it has no clock but context->now_ms(), and what it spends of virtual time
/// it says with context->spend(). Threads, files and the network are the machine's own. A crash is
/// Orrery's crash, and an endless loop is Orrery's.
///
/// Each environment loads a copy of the file: static variables begin anew with each cold start, and
/// are nobody else's. For that, compile with -fno-gnu-unique. An exception that leaves the function
/// is the invocation's error: its type and what().
#pragma once

#ifdef __cplusplus
#include <cstddef>
#include <cstdint>
extern "C" {
#else
#include <stddef.h>
#include <stdint.h>
#endif

/* All texts are UTF-8, end with a zero byte and live as long as the call. */
struct orrery_context {
    const char* request_id;
    const char* function_name;
    const char* function_version;
    const char* invoked_function_arn;
    const char* log_group_name;
    const char* log_stream_name;
    const char* trace_id;
    int64_t memory_limit_in_mb;
    int64_t deadline_ms; /* of the epoch */

    /* Virtual time, milliseconds of the epoch. */
    int64_t (*now_ms)(const struct orrery_context*);
    /* The answer comes this much later, in virtual time. Adds up. */
    void (*spend)(const struct orrery_context*, int64_t nanoseconds);
    /* One log event. */
    void (*log)(const struct orrery_context*, const char* text, size_t length);
    /* The variables of the function's configuration; null: not set. */
    const char* (*variable)(const struct orrery_context*, const char* name);
    /* The answer: JSON text. The last one counts; without any it is `null`. */
    void (*respond)(const struct orrery_context*, const char* json, size_t length);
    /* Or an error. */
    void (*fail)(const struct orrery_context*, const char* type, const char* message);
    void* call; /* Orrery's own */
};

/* `event` is JSON text of `length` bytes. */
typedef void (*orrery_handler)(const char* event, size_t length, const struct orrery_context* context);

#ifdef __cplusplus
}
#endif
