/// GET /_aws/sqs/messages: a queue's messages with their state, without touching them, where other
/// emulators' users look for it.
#pragma once

#include "engine/net/http.h"

#include <string_view>

namespace orrery {
class Clouds;
}

namespace orrery::server {

bool is_peek(std::string_view path);

/// The queue is named by the path (/_aws/sqs/messages/REGION/ACCOUNT/NAME) or by the parameter
/// QueueUrl, in the query or the body. Parameters ShowInvisible and ShowDelayed add what a
/// ReceiveMessage would not find. JSON, or XML if the client asks for that.
HttpResponse peek(const Clouds& clouds, const HttpRequest& request);

}  // namespace orrery::server
