/// Canonical JSON as the members of an XML element, by the model: what awsQuery, ec2Query and
/// restXml answer.
#pragma once

#include "engine/json.h"
#include "services/aws/model.h"
#include "services/aws/xml.h"

namespace orrery::aws {

/// Writes the members of `value` that belong in the body, in the model's order.
void write_xml_members(XmlWriter& out, const Json& value, const Shape& shape);

}  // namespace orrery::aws
