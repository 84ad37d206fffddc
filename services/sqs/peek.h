/// Looks at a queue's messages without touching them. Not an operation of AWS's.
#pragma once

#include "engine/json.h"

namespace orrery::sqs {

class Queue;

struct PeekOptions {
    bool in_flight = false;  // those that were received and not yet deleted, too
    bool delayed = false;    // those that are not yet visible for the first time, too
};

/// The messages in the order of sending, each as ReceiveMessage would give it with all its
/// attributes but without a ReceiptHandle, since it was not received; with its "State" (visible,
/// in_flight, delayed) and, unless it is visible, the instant "VisibleAt" at which it will be.
Json peek(const Queue& queue, PeekOptions options);

}  // namespace orrery::sqs
