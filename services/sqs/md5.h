/// The MD5 sums by which SQS lets a client check what it sent and received.
#pragma once

#include "services/sqs/message.h"

#include <string>
#include <string_view>
#include <vector>

namespace orrery::sqs {

std::string md5_of_body(std::string_view body);
/// `attributes` sorted by name, as a Message keeps them.
std::string md5_of_attributes(const std::vector<MessageAttribute>& attributes);

}  // namespace orrery::sqs
