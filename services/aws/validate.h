/// Checks an operation's canonical parameters against its model.
#pragma once

#include "engine/json.h"
#include "services/aws/model.h"

#include <optional>
#include <string>
#include <vector>

namespace orrery::aws {

/// Throws ApiError as the service would: SerializationException for a wrong type, and for what else
/// the service is known to check before it looks at anything (service_traits.h), its own words.
/// Members that the model does not know are not looked at.
void validate(const Json& parameters, const Model& model, const Operation& operation);

/// A parameter that cannot be meant: unknown to the model, or of another type.
struct Mistake {
    std::vector<std::string> path;  // names of members, numbers of elements from 0
    std::string problem;            // "is no parameter of SendMessage; did you mean 'MessageBody'?"
};

/// The first mistake in parameters that somebody wrote by hand. A null value could be anything.
std::optional<Mistake> find_mistake(const Json& parameters, const Operation& operation);

}  // namespace orrery::aws
