#include "tools/server/code_download.h"

#include "services/lambda/lambda.h"
#include "services/services.h"
#include "tools/server/reply.h"

#include <optional>
#include <string>
#include <utility>

namespace orrery::server {

namespace {

/// The text up to the next slash, which goes from `rest` with it.
std::string take(std::string_view& rest) {
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    std::string part(rest.substr(0, slash));
    rest.remove_prefix(std::min(slash + 1, rest.size()));
    return part;
}

}  // namespace

HttpResponse code_archive(const Clouds& clouds, std::string_view path) {
    constexpr std::string_view suffix = ".zip";
    std::string_view rest = path.substr(code_path.size());
    aws::Identity identity;
    identity.account = take(rest);
    identity.region = take(rest);
    Cloud* cloud = clouds.find(identity);
    std::optional<std::string> archive;
    if (cloud != nullptr && take(rest) == "code" && rest.ends_with(suffix)) {
        archive =
            cloud->lambda().find_code(std::string(rest.substr(0, rest.size() - suffix.size())));
    }
    if (!archive) {
        return error_response(404, "there is no code at " + std::string(path));
    }
    return {200, {{"Content-Type", "application/zip"}}, *std::move(archive)};
}

}  // namespace orrery::server
