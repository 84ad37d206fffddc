/// A shared object, loaded as a copy of its own: nobody else's static variables.
#pragma once

#include "handlers/native/orrery_native.h"
#include "handlers/runtime/environment_storage.h"

#include <filesystem>
#include <memory>
#include <string>

namespace orrery {

class NativeLibrary {
public:
    /// Copies `file` into `folder`, loads it, finds `function`. Leaves an `error` in words instead
    /// of throwing: it is the function's, not ours.
    NativeLibrary(const std::filesystem::path& file,
                  const std::string& function,
                  std::unique_ptr<EnvironmentFolder> folder);
    ~NativeLibrary();
    NativeLibrary(const NativeLibrary&) = delete;
    NativeLibrary& operator=(const NativeLibrary&) = delete;

    orrery_handler handler() const { return handler_; }
    /// Null handler: why.
    const std::string& error_type() const { return error_type_; }
    const std::string& error() const { return error_; }

private:
    void fail(const std::string& type, const std::string& error);

    std::unique_ptr<EnvironmentFolder> folder_;
    void* library_ = nullptr;
    orrery_handler handler_ = nullptr;
    std::string error_type_;
    std::string error_;
};

}  // namespace orrery
