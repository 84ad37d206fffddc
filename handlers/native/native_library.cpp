#include "handlers/native/native_library.h"

#include <dlfcn.h>

#include <utility>

namespace orrery {

NativeLibrary::NativeLibrary(const std::filesystem::path& file,
                             const std::string& function,
                             std::unique_ptr<EnvironmentFolder> folder)
    : folder_(std::move(folder)) {
    const std::filesystem::path copy = folder_->path() / file.filename();
    std::error_code failed;
    std::filesystem::copy_file(file, copy, failed);
    if (failed) {
        fail("Runtime.ImportModuleError",
             "cannot read " + file.filename().string() + ": " + failed.message());
        return;
    }
    library_ = ::dlopen(copy.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library_ == nullptr) {
        std::string text = ::dlerror();
        // The copy's place differs from run to run.
        const std::string place = folder_->path().string() + "/";
        for (auto at = text.find(place); at != std::string::npos; at = text.find(place)) {
            text.erase(at, place.size());
        }
        fail("Runtime.ImportModuleError", text);
        return;
    }
    handler_ = reinterpret_cast<orrery_handler>(::dlsym(library_, function.c_str()));
    if (handler_ == nullptr) {
        fail("Runtime.HandlerNotFound",
             "there is no function " + function + " in " + file.filename().string());
    }
}

NativeLibrary::~NativeLibrary() {
    if (library_ != nullptr) {
        ::dlclose(library_);
    }
}

void NativeLibrary::fail(const std::string& type, const std::string& error) {
    error_type_ = type;
    error_ = error;
}

}  // namespace orrery
