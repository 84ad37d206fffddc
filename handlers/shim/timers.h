/// Timers that are not a thread's wait: alarms and timerfd.
#pragma once

namespace orrery::shim {

/// Makes the timerfds readable whose time has come. Safe in a signal's handler.
void fire_timer_descriptors();
/// In a child: timers are not inherited.
void forget_timers();
/// A descriptor that may be a timerfd is closed.
void timer_descriptor_closed(int descriptor);

}  // namespace orrery::shim
