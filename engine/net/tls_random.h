/// Where OpenSSL takes its random bytes from while the engine calls it.
#pragma once

#include "engine/random.h"

namespace orrery {

/// As long as it lives, OpenSSL draws from `stream`; otherwise from the operating system.
class TlsDraws {
public:
    explicit TlsDraws(RandomStream& stream);
    ~TlsDraws();
    TlsDraws(const TlsDraws&) = delete;
    TlsDraws& operator=(const TlsDraws&) = delete;

private:
    RandomStream* before_;
};

}  // namespace orrery
