/// `call: sqs.SendMessage` with its parameters, as steps and expectations write it.
#pragma once

#include "engine/document.h"
#include "scenarios/language/names.h"

namespace orrery {

struct Call {
    OperationName operation;
    Location where;           // of the operation's name
    DocumentNode parameters;  // `with`: a mapping
};

/// Reads the members `call` and `with` of `node`. Throws UsageError.
Call parse_call(const DocumentNode& node);

}  // namespace orrery
