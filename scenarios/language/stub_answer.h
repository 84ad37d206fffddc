/// What a stub returns where that depends on its event: ${...} in its value, and the records that
/// it calls failed.
#pragma once

#include "engine/document.h"
#include "engine/json.h"

#include <functional>
#include <optional>
#include <string>

namespace orrery {

struct StubAnswer {
    DocumentNode value;                     // of `return`
    std::optional<Json> failed_items;       // matches records that failed
    std::optional<Json> failed_items_from;  // matches a record that failed, as all after it
};

/// Checks the placeholders. Throws UsageError. The function returned answers an event with JSON
/// text.
std::function<std::string(const std::string& event)> make_answer(StubAnswer answer);

}  // namespace orrery
