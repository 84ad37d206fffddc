// A planted bug: reads beyond its input for what begins with "B". It proves that the rig finds and
// reports failures.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 0 && data[0] == 'B') {
        const volatile std::uint8_t beyond = data[size];
        return beyond & 0;
    }
    return 0;
}
