/// The values that steps and expectations give: placeholders filled in, references resolved, JSON
/// text written out.
#pragma once

#include "engine/document.h"
#include "engine/json.h"
#include "engine/random.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace orrery {

/// Which of a repeated step's happenings a value is made for.
struct Occurrence {
    std::uint64_t index = 0;  // ${i}
    RandomStream& random;     // ${random.int(a,b)}
};

/// Whether ${i} means something: only in a step that repeats.
enum class Placeholders : std::uint8_t { random, random_and_index };

/// Checks every placeholder before anything runs. Throws UsageError.
void check_placeholders(const DocumentNode& node, Placeholders allowed);

/// Fills in ${i}, ${random.int(a,b)} and ${text(n)}, which is a text of n characters; ${!name}
/// becomes the text ${name}. In what Fn::Sub will see, other names are left for it. A plain scalar
/// gets its type after filling in, a quoted one stays a string.
DocumentNode fill_placeholders(const DocumentNode& node, Occurrence& occurrence);

/// !Ref, !GetAtt, ... or the same written out: {"Ref": ...}, {"Fn::GetAtt": ...}.
bool is_reference(const DocumentNode& node);

/// Gives a reference its value.
using Resolve = std::function<Json(const DocumentNode& reference)>;

/// The node's value. `operation` ("sqs.SendMessage") says which members are strings that hold JSON:
/// an object or a list given there is written out as text, compactly, with its keys in the order of
/// the file. A payload (of lambda.Invoke, or a Kinesis record's data) is written as what it
/// contains, and becomes base64.
Json render(const DocumentNode& node, const Resolve& resolve, std::string_view operation = "");

}  // namespace orrery
