/// restJson1: Lambda, API Gateway and others.
#pragma once

namespace orrery::aws {

class Protocol;

const Protocol& rest_json_protocol();

}  // namespace orrery::aws
