/// Partial, deep matching of expected values against actual ones; says where they differ first.
#pragma once

#include "engine/document.h"
#include "engine/json.h"

#include <optional>
#include <string>

namespace orrery {

/// The first place where an actual value is not as expected.
struct Difference {
    std::string path;      // "messages[0].body.CustID"
    std::string expected;  // "404"
    std::string found;     // "405", or "nothing"
};

/// Matches `actual` (null pointer: absent) against `expected`. An expected object may name fewer
/// members than there are; an expected list has as many elements as there are; an expected object
/// or list also matches a string that holds its JSON text; objects whose keys start with '$' are
/// matchers. `path` is where `actual` stands.
std::optional<Difference> find_difference(const Json& expected,
                                          const Json* actual,
                                          const std::string& path);

/// The difference at `path`, with the actual value shown.
Difference differ(const std::string& path, std::string expected, const Json* actual);

/// The JSON that a string holds; nothing if it holds none.
std::optional<Json> held_json(const Json& value);

/// Checks the matchers within an expected value before anything runs. Throws UsageError.
void check_matchers(const DocumentNode& expected);

/// `value` as one line of JSON, cut to what a person wants to read.
std::string preview(const Json& value, std::size_t longest = 160);

}  // namespace orrery
