/// How handler processes come to trust the certificates of the simulated cloud.
#pragma once

#include "handlers/runtime/shim_link.h"

#include <filesystem>
#include <string>
#include <vector>

namespace orrery {

/// Whether handlers also trust whom this machine trusts: they may leave the simulated world.
enum class TrustOthers : bool { no, yes };

/// A file with certificates, and the same for Java, at paths that are the same in every run,
/// because handlers see them.
class HandlerTrust {
public:
    explicit HandlerTrust(TrustOthers others);

    /// Writes the files, unless they are there already. Throws UsageError if that cannot be.
    void write(const std::string& certificate) const;
    /// The environment variables by which clients find it, "NAME=value".
    std::vector<std::string> variables() const;
    /// What Java's virtual machine is told with -Djavax.net.ssl.trustStore.
    std::filesystem::path java_trust_store() const;

private:
    TrustOthers others_;
    std::filesystem::path file_;
};

}  // namespace orrery
