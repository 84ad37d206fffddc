/// Futexes that a program uses by itself, as Rust's standard library does.
#pragma once

namespace orrery::shim {

/// The system call with these arguments; its time-out is virtual.
long futex_call(const long (&arguments)[6]);

}  // namespace orrery::shim
