/// Reads XML bodies as canonical JSON, by the model.
#pragma once

#include "engine/json.h"
#include "services/aws/model.h"

#include <string>

namespace orrery::aws {

/// The members of `shape` that are in the body's root element. Throws ApiError MalformedXML for
/// what is no XML, no UTF-8 or nested too deeply. Elements that the model does not know are
/// dropped, and so is what an external or internal DTD would define.
Json read_xml(const std::string& body, const Shape& shape);

}  // namespace orrery::aws
