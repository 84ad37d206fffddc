/// restXml: S3, and in other words Route 53 and CloudFront.
#pragma once

namespace orrery::aws {

class Protocol;

const Protocol& rest_xml_protocol();

}  // namespace orrery::aws
