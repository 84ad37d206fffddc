#include "handlers/runtimes.h"

#include "engine/error.h"

#include <algorithm>

namespace orrery {

lambda::RuntimeProvider* Runtimes::find(const std::string& runtime) const {
    const auto found = std::find_if(
        providers_.begin(), providers_.end(), [&](const lambda::RuntimeProvider* provider) {
            return provider->supports(runtime);
        });
    return found == providers_.end() ? nullptr : *found;
}

bool Runtimes::supports(const std::string& runtime) const {
    return find(runtime) != nullptr;
}

std::string Runtimes::supported() const {
    std::string words;
    for (const lambda::RuntimeProvider* provider : providers_) {
        words.append(words.empty() ? "" : ", ").append(provider->supported());
    }
    return words;
}

std::unique_ptr<lambda::Environment> Runtimes::start(const lambda::FunctionConfiguration& function,
                                                     std::uint64_t number,
                                                     const std::string& log_stream,
                                                     lambda::LogSink log,
                                                     std::function<void(lambda::Outcome)> ready) {
    lambda::RuntimeProvider* provider = find(function.runtime);
    if (provider == nullptr) {
        throw UsageError("function " + function.name + ": the runtime \"" + function.runtime +
                         "\" is not supported; supported: " + supported());
    }
    return provider->start(function, number, log_stream, std::move(log), std::move(ready));
}

}  // namespace orrery
