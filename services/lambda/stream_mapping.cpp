#include "services/lambda/stream_mapping.h"

#include "services/lambda/functions.h"

namespace orrery::lambda {

std::string StreamMapping::trace_source() const {
    return functions.identity().scope() + "lambda/" + settings.function.name;
}

void StreamMapping::set_result(std::string_view result) {
    if (last_result != result) {
        last_result = result;
        progressed();
    }
}

std::string StreamMapping::role() const {
    const FunctionVersion* version = functions.main_version(settings.function);
    return version == nullptr ? std::string() : version->description.role;
}

}  // namespace orrery::lambda
