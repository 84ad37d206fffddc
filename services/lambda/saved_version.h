/// A function's version as a part of the record that a state directory keeps, and back.
#pragma once

#include "engine/json.h"
#include "services/lambda/function_settings.h"

namespace orrery::lambda {

class CodeStore;
class FunctionVersion;

Json version_record(const FunctionVersion& version);
/// The configuration's identity and name are the caller's to give; code is found again in `code`.
FunctionSettings version_in(const Json& record, CodeStore& code);

}  // namespace orrery::lambda
