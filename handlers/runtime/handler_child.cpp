#include "handlers/runtime/handler_child.h"

#include "handlers/runtime/prepared_parent.h"
#include "handlers/shim/page.h"

#include <unistd.h>

#include <string>
#include <utility>

namespace orrery {

namespace {

// The child's numbers for what the shim uses: out of the way of what a program opens.
constexpr int child_page = 900;
constexpr int child_event = 901;
constexpr int child_shim = 902;

}  // namespace

ChildOptions handler_child(const HandlerProcessOptions& options,
                           const HandlerDescriptors& descriptors) {
    ChildOptions child;
    child.arguments = options.arguments;
    child.environment = options.environment;
    child.view = options.view;
    child.directory = options.directory;
    child.descriptors = {{descriptors.output, STDOUT_FILENO}, {descriptors.output, STDERR_FILENO}};
    if (options.shim_use == ShimUse::none) {
        return child;
    }
    child.descriptors.insert(child.descriptors.end(),
                             {{descriptors.page, child_page},
                              {descriptors.event, child_event},
                              {descriptors.shim, child_shim}});
    // By number: in LD_PRELOAD a blank or a colon would end a path.
    child.environment.push_back("LD_PRELOAD=/proc/self/fd/" + std::to_string(child_shim));
    child.environment.push_back(std::string(shim::shim_variable) + "=" +
                                std::to_string(child_page) + ":" + std::to_string(child_event) +
                                ":" + std::to_string(child_shim));
    return child;
}

std::unique_ptr<ChildProcess> start_handler(const HandlerProcessOptions& options,
                                            const HandlerDescriptors& descriptors) {
    std::unique_ptr<ChildProcess> child;
    if (options.parent != nullptr) {
        child = options.parent->start(options, descriptors);
    }
    return child != nullptr ? std::move(child)
                            : std::make_unique<ChildProcess>(handler_child(options, descriptors));
}

}  // namespace orrery
