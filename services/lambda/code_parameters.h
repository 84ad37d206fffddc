/// Reads where a function's or layer's code comes from: a zip archive, or (our extension) a folder.
#pragma once

#include "services/lambda/code_store.h"

#include <string>
#include <string_view>

namespace orrery::aws {
class Parameters;
}

namespace orrery::lambda {

/// `operation` is for error messages. Throws AWS's errors, and one that names it for a source that
/// is not supported here. No directory in the result: nothing was given.
CodePackage read_code(aws::Parameters& parameters, CodeStore& store, std::string_view operation);

}  // namespace orrery::lambda
