// The reader of compact models: whatever the text, a model or a ModelError.
// iterations: 30000
#include "engine/ensure.h"
#include "services/aws/model.h"

#include <cstdint>

using namespace orrery::aws;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const Model model("fuzz", {reinterpret_cast<const char*>(data), size});
        for (const auto& operation : model.operations()) {
            ENSURE(model.find_operation(operation->name) == operation.get());
            for (const Shape* shape : {operation->input, operation->output}) {
                for (const Member& member :
                     shape == nullptr ? std::vector<Member>{} : shape->members) {
                    ENSURE(member.shape != nullptr);
                    ENSURE(shape->find(member.name)->shape == member.shape);
                }
            }
        }
    } catch (const ModelError&) {
        return 0;
    }
    return 0;
}
