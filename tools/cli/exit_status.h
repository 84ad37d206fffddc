/// What the exit status of `orrery` says.
#pragma once

namespace orrery::cli {

inline constexpr int exit_passed = 0;
inline constexpr int exit_failed = 1;          // an expectation failed, or two runs differed
inline constexpr int exit_usage = 2;           // a file or the command line could not be understood
inline constexpr int exit_internal_error = 3;  // our own mistake
inline constexpr int exit_by_signal = 128;     // plus the signal's number: 130 after Ctrl-C

}  // namespace orrery::cli
