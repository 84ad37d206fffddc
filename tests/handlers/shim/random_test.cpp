// What draws random bytes past the operating system is kept from doing so.
#include "tests/handlers/runtime/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

TEST_CASE("shim: a generator that a library gives OpenSSL is accepted and not used") {
    World world;
    RunningFunction function(R"py(
import ctypes, ssl
crypto = ctypes.CDLL("libcrypto.so.3", mode=ctypes.RTLD_GLOBAL)
everything = ctypes.CDLL(None)  # a symbol is that of the first library, as for libraries that call it
Draw = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
class Generator(ctypes.Structure):
    _fields_ = [("seed", ctypes.c_void_p), ("draw", Draw), ("cleanup", ctypes.c_void_p), ("add", ctypes.c_void_p),
                ("draw_weak", Draw), ("status", ctypes.CFUNCTYPE(ctypes.c_int))]
def sevens(place, length):
    ctypes.memset(place, 7, length)
    return 1
generator = Generator(None, Draw(sevens), None, None, Draw(sevens), ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 1))

def by_method():
    return everything.RAND_set_rand_method(ctypes.byref(generator))

def by_engine():
    crypto.ENGINE_new.restype = ctypes.c_void_p
    engine = ctypes.c_void_p(crypto.ENGINE_new())
    crypto.ENGINE_set_id(engine, b"sevens")
    set_by = everything.ENGINE_set_RAND(engine, ctypes.byref(generator))
    return set_by and crypto.ENGINE_init(engine) and crypto.ENGINE_set_default(engine, 8)  # ENGINE_METHOD_RAND

def handler(event, context):
    return [{"method": by_method, "engine": by_engine}[event](), ssl.RAND_bytes(4) == b"\7\7\7\7"]
)py",
                             world);
    function.start();
    CHECK(function.invoke("\"method\"")->payload == "[1, false]");
    CHECK(function.invoke("\"engine\"")->payload == "[1, false]");
}
