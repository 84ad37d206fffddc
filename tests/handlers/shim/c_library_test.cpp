// What programs reach through the C library that Python itself does not use, called by ctypes.
#include "tests/handlers/runtime/support.h"

#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <utility>

using namespace orrery;
using namespace orrery::test;

namespace {

constexpr const char* code = R"py(
import ctypes, errno, os, resource, select, socket, struct, time
from ctypes import byref, c_int, c_long, c_void_p, create_string_buffer

library = ctypes.CDLL(None, use_errno=True)
MONOTONIC, REALTIME = 1, 0

class Time(ctypes.Structure):
    _fields_ = [("seconds", c_long), ("nanoseconds", c_long)]

class TimerTime(ctypes.Structure):
    _fields_ = [("interval", Time), ("value", Time)]

def at(clock, seconds):
    return Time(int(time.clock_gettime(clock)) + seconds, int(time.clock_gettime(clock) % 1 * 1e9))

def room():
    return create_string_buffer(128)

def nanosleep_until():
    assert library.clock_nanosleep(MONOTONIC, 1, byref(at(MONOTONIC, 3)), None) == 0

def thrd_sleep():
    assert library.thrd_sleep(byref(Time(2, 500000000)), None) == 0

def cnd_timedwait():
    mutex, condition = room(), room()
    library.mtx_init(mutex, 1); library.cnd_init(condition)
    library.mtx_lock(mutex)
    assert library.cnd_timedwait(condition, mutex, byref(at(REALTIME, 4))) == 4  # thrd_timedout
    library.mtx_unlock(mutex)

def cond_clockwait():
    mutex, condition = room(), room()
    library.pthread_mutex_lock(mutex)
    assert library.pthread_cond_clockwait(condition, mutex, MONOTONIC, byref(at(MONOTONIC, 2))) == errno.ETIMEDOUT
    library.pthread_mutex_unlock(mutex)

def sem_clockwait():
    semaphore = room()
    library.sem_init(semaphore, 0, 0)
    assert library.sem_clockwait(semaphore, MONOTONIC, byref(at(MONOTONIC, 5))) == -1
    assert ctypes.get_errno() == errno.ETIMEDOUT

def mutex_clocklock():
    mutex = room()
    library.pthread_mutex_lock(mutex)
    assert library.pthread_mutex_clocklock(mutex, MONOTONIC, byref(at(MONOTONIC, 1))) == errno.ETIMEDOUT

def rwlock():
    lock = room()
    library.pthread_rwlock_rdlock(lock)
    assert library.pthread_rwlock_timedwrlock(lock, byref(at(REALTIME, 3))) == errno.ETIMEDOUT
    library.pthread_rwlock_unlock(lock)
    library.pthread_rwlock_wrlock(lock)
    assert library.pthread_rwlock_clockrdlock(lock, MONOTONIC, byref(at(MONOTONIC, 2))) == errno.ETIMEDOUT

def ppoll():
    assert library.ppoll(None, 0, byref(Time(1, 500000000)), None) == 0

def pselect():
    assert library.pselect(0, None, None, None, byref(Time(2, 0)), None) == 0

def epoll_pwait2():
    poll = select.epoll()
    assert library.epoll_pwait2(poll.fileno(), room(), 1, byref(Time(0, 250000000)), None) == 0

def timer_descriptor():
    timer = library.timerfd_create(MONOTONIC, 0)
    library.timerfd_settime(timer, 0, byref(TimerTime(Time(1, 0), Time(2, 0))), None)
    for _ in range(3):
        assert os.read(timer, 8) == (1).to_bytes(8, "little")
    os.close(timer)

def polled_timer_descriptor():
    timer = library.timerfd_create(REALTIME, 0)
    library.timerfd_settime(timer, 1, byref(TimerTime(Time(0, 0), at(REALTIME, 7))), None)
    poll = select.epoll(); poll.register(timer, select.EPOLLIN)
    assert poll.poll(100) == [(timer, select.EPOLLIN)]
    os.close(timer)

def futex():
    word = c_int(0)
    FUTEX, WAIT_PRIVATE = 202, 128
    assert library.syscall(FUTEX, byref(word), WAIT_PRIVATE, 0, byref(Time(3, 0)), None, 0) == -1
    assert ctypes.get_errno() == errno.ETIMEDOUT

def usleep():
    assert library.usleep(250000) == 0

CASES = {f.__name__: f for f in (nanosleep_until, thrd_sleep, cnd_timedwait, cond_clockwait, sem_clockwait,
    mutex_clocklock, rwlock, ppoll, pselect, epoll_pwait2, timer_descriptor, polled_timer_descriptor, futex, usleep)}

def shown():
    usage, times = resource.getrusage(resource.RUSAGE_SELF), os.times()
    numbers = create_string_buffer(8)
    library.fopen.restype = c_void_p
    file = c_void_p(library.fopen(b"/dev/urandom", b"rb"))
    library.fread(numbers, 1, 8, file); library.fclose(file)
    return [socket.gethostname(), os.uname().nodename, usage.ru_utime, usage.ru_maxrss, times.user, times.elapsed,
            time.process_time(), numbers.raw.hex()]

def handler(event, context):
    if event == "shown":
        return shown()
    began = time.monotonic()
    CASES[event]()
    return round(time.monotonic() - began, 3)
)py";

const std::array<std::pair<const char*, const char*>, 14> cases{{
    {"nanosleep_until", "3.0"},
    {"thrd_sleep", "2.5"},
    {"cnd_timedwait", "4.0"},
    {"cond_clockwait", "2.0"},
    {"sem_clockwait", "5.0"},
    {"mutex_clocklock", "1.0"},
    {"rwlock", "5.0"},
    {"ppoll", "1.5"},
    {"pselect", "2.0"},
    {"epoll_pwait2", "0.25"},
    {"timer_descriptor", "4.0"},
    {"polled_timer_descriptor", "7.0"},
    {"futex", "3.0"},
    {"usleep", "0.25"},
}};

}  // namespace

TEST_CASE("shim for the C library: every time-out takes virtual time") {
    World world;
    RunningFunction function(code, world);
    REQUIRE(function.start().kind == lambda::Outcome::Kind::success);
    for (const auto& [name, seconds] : cases) {
        INFO(name);
        const auto outcome = function.invoke("\"" + std::string(name) + "\"");
        CHECK((outcome ? outcome->payload : "no answer") == seconds);
    }
}

TEST_CASE("shim for the C library: what a program sees of its machine is the same in every run") {
    std::array<std::string, 2> seen;
    for (std::string& each : seen) {
        World world;
        RunningFunction function(code, world);
        function.start();
        const auto outcome = function.invoke("\"shown\"");
        each = outcome ? outcome->payload : "no answer";
    }
    CHECK(seen[0].find("\"169.254.100.6\", \"169.254.100.6\", 3600") != std::string::npos);
    CHECK(seen[0] == seen[1]);
}
