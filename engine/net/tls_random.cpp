// The interface has no successor that replaces the generator everywhere.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "engine/net/tls_random.h"

#include "engine/ensure.h"

#include <openssl/rand.h>

#include <cstring>
#include <utility>

namespace orrery {

namespace {

RandomStream* current = nullptr;  // the engine runs on one thread

int draw(unsigned char* place, int length) {
    if (current == nullptr) {
        return RAND_OpenSSL()->bytes(place, length);
    }
    while (length > 0) {
        const std::uint64_t word = current->next();
        const int piece = length < 8 ? length : 8;
        std::memcpy(place, &word, static_cast<std::size_t>(piece));
        place += piece;
        length -= piece;
    }
    return 1;
}

int status() {
    return 1;
}

const RAND_METHOD method{nullptr, draw, nullptr, nullptr, draw, status};

}  // namespace

TlsDraws::TlsDraws(RandomStream& stream) {
    static const int installed = RAND_set_rand_method(&method);
    ENSURE(installed == 1);
    before_ = std::exchange(current, &stream);
}

TlsDraws::~TlsDraws() {
    current = before_;
}

}  // namespace orrery
