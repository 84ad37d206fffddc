/// Certificates as a Java program can be told to trust them.
#pragma once

#include <string>
#include <string_view>

namespace orrery {

/// A key store of Java's own format, "JKS", with each certificate of `pem` as a trusted one.
/// Nothing in it is secret; its password is "changeit", as that of Java's own, and need not be
/// named.
std::string java_trust_store(std::string_view pem);

}  // namespace orrery
