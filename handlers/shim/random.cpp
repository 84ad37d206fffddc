// Random bytes come from the process's seed: the n-th eight bytes drawn are the same in every run.
#include "handlers/shim/children.h"
#include "handlers/shim/futex.h"
#include "handlers/shim/wait.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstring>

using namespace orrery::shim;

namespace {

std::uint64_t childs_seed = 0;
std::atomic<std::uint64_t> childs_draws{0};

/// splitmix64 of a counter: any draw can be computed without the ones before.
std::uint64_t draw() {
    std::atomic<std::uint64_t>& draws = is_child() ? childs_draws : page->random_draws;
    std::uint64_t mixed = own_seed() + (draws.fetch_add(1) + 1) * 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
}

}  // namespace

namespace orrery::shim {

void use_own_random(std::uint64_t seed) {
    childs_seed = seed;
    childs_draws.store(0);
}

std::uint64_t own_seed() {
    return is_child() ? childs_seed : page->seed;
}

void fill_random(void* buffer, std::size_t length) {
    auto* place = static_cast<unsigned char*>(buffer);
    while (length > 0) {
        const std::uint64_t word = draw();
        const std::size_t piece = length < sizeof word ? length : sizeof word;
        std::memcpy(place, &word, piece);
        place += piece;
        length -= piece;
    }
}

}  // namespace orrery::shim

extern "C" {

ssize_t getrandom(void* buffer, size_t length, unsigned flags) {
    static auto* next = real(&getrandom, "getrandom");
    if (page == nullptr) {
        return next(buffer, length, flags);
    }
    fill_random(buffer, length);
    return static_cast<ssize_t>(length);
}

int getentropy(void* buffer, size_t length) {
    static auto* next = real(&getentropy, "getentropy");
    if (page == nullptr) {
        return next(buffer, length);
    }
    if (length > 256) {
        errno = EIO;
        return -1;
    }
    fill_random(buffer, length);
    return 0;
}

unsigned arc4random() {
    static auto* next = real(&arc4random, "arc4random");
    return page == nullptr ? next() : static_cast<unsigned>(draw());
}

/// OpenSSL's own generator asks getrandom. Another one, which a library gives it, may ask the
/// processor, which knows no seed: AWS's CRT does so as soon as Python loads it, and botocore loads
/// it where it is installed. Such a generator is accepted and not used.
int ENGINE_set_RAND(void* engine, const void* generator) {
    static auto* next = real(&ENGINE_set_RAND, "ENGINE_set_RAND");
    return page == nullptr && next != nullptr ? next(engine, generator) : 1;
}

int RAND_set_rand_method(const void* generator) {
    static auto* next = real(&RAND_set_rand_method, "RAND_set_rand_method");
    return page == nullptr && next != nullptr ? next(generator) : 1;
}

/// OpenSSL and Go-like runtimes reach getrandom this way. Six arguments are read whatever the call
/// takes, as the C library's own syscall() does.
long syscall(long number, ...) {
    va_list arguments;
    va_start(arguments, number);
    long value[6];
    for (long& each : value) {
        each = va_arg(arguments, long);
    }
    va_end(arguments);
    if (number == SYS_getrandom && page != nullptr) {
        fill_random(reinterpret_cast<void*>(value[0]), static_cast<size_t>(value[1]));
        return value[1];
    }
    if (number == SYS_io_uring_setup && page != nullptr) {
        errno = ENOSYS;  // its waits would go past the shim; everybody has another way
        return -1;
    }
    static auto* next = real(&syscall, "syscall");
    if (number == SYS_futex && page != nullptr) {
        return futex_call(value);
    }
    if (number == SYS_tgkill) {
        may_wake_another();
    }
    return next(number, value[0], value[1], value[2], value[3], value[4], value[5]);
}

}  // extern "C"
