#include "scenarios/language/handler_trust.h"

#include "engine/error.h"
#include "scenarios/language/java_trust_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace orrery {

namespace {

// Not /tmp: a handler has one of its own. A folder for each user, since the place is everybody's.
constexpr const char* place_of_all = "/var/tmp";
constexpr const char* certificates_of_this_machine = "/etc/ssl/certs/ca-certificates.crt";

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why) {
    throw UsageError("cannot write " + path.string() +
                     ", by which handlers trust the simulated cloud: " + why);
}

void make_own_folder(const std::filesystem::path& folder) {
    struct stat found {};
    constexpr mode_t owner_only = 0700;
    if (::mkdir(folder.c_str(), owner_only) != 0 && errno != EEXIST) {
        fail(folder, std::strerror(errno));
    }
    if (::lstat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode) ||
        found.st_uid != ::geteuid()) {
        fail(folder, "it is somebody else's");
    }
}

void write_file(const std::filesystem::path& path, const std::string& content) {
    if (content_of(path) == content) {
        return;
    }
    // Runs may do this at the same time: each sees a whole file.
    const std::string unfinished = path.string() + "." + std::to_string(::getpid());
    std::ofstream file(unfinished, std::ios::binary);
    file << content;
    file.close();
    if (!file || ::rename(unfinished.c_str(), path.c_str()) != 0) {
        fail(path, std::strerror(errno));
    }
}

}  // namespace

HandlerTrust::HandlerTrust(TrustOthers others)
    : others_(others),
      file_(std::filesystem::path(place_of_all) / ("orrery-" + std::to_string(::geteuid())) /
            (others == TrustOthers::yes ? "trust-all.pem" : "trust.pem")) {}

void HandlerTrust::write(const std::string& certificate) const {
    const std::string content =
        certificate + (others_ == TrustOthers::yes ? content_of(certificates_of_this_machine) : "");
    make_own_folder(file_.parent_path());
    write_file(file_, content);
    write_file(java_trust_store(), orrery::java_trust_store(content));
}

std::filesystem::path HandlerTrust::java_trust_store() const {
    return std::filesystem::path(file_).replace_extension(".jks");
}

std::vector<std::string> HandlerTrust::variables() const {
    std::vector<std::string> all;
    for (const char* name : {"AWS_CA_BUNDLE",
                             "CURL_CA_BUNDLE",
                             "NODE_EXTRA_CA_CERTS",
                             "REQUESTS_CA_BUNDLE",
                             "SSL_CERT_FILE"}) {
        all.push_back(std::string(name) + "=" + file_.string());
    }
    return all;
}

}  // namespace orrery
