/// What Node functions can load besides the packages that their code brings: those of their layers,
/// ES modules too, and AWS's SDK, which Lambda's own runtimes have with them and Orrery has not.
#pragma once

#include <filesystem>
#include <string>

namespace orrery {

/// Where in a file view the folder with AWS's SDK is seen.
inline constexpr const char* node_sdk_place = "/var/packages/node_modules";

/// The first `node_modules` folder with AWS's SDK of the major version that `runtime`
/// ("nodejs20.x") has on Lambda: of the folders above the code, as a project has it whose functions
/// are in folders of their own, else in `resources`. Empty if there is none.
std::filesystem::path find_node_sdk(const std::string& runtime,
                                    const std::filesystem::path& code,
                                    const std::filesystem::path& resources);

/// Fills `folder` with links to the packages of the layers unpacked in `opt` (seen at /opt) and to
/// those of AWS's SDK in `sdk`, if not empty. In a file view it is seen at /node_modules, where
/// imports of ES modules find them, which do not look at NODE_PATH.
void link_node_packages(const std::string& runtime,
                        const std::filesystem::path& opt,
                        const std::filesystem::path& sdk,
                        const std::filesystem::path& folder);

/// What to do if `error`, with which a function's initialisation has failed, says that it has not
/// found AWS's SDK; else empty.
std::string node_sdk_hint(const std::string& error, const std::filesystem::path& resources);

}  // namespace orrery
