/// Base64 as RFC 4648 defines it, with padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace orrery::sqs {

void append_base64(std::string& out, std::string_view bytes);
/// Nothing for text that is not base64.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace orrery::sqs
