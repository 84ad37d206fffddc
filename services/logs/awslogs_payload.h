/// What a function receives from a subscription filter: {"awslogs":{"data":"…"}}.
#pragma once

#include <string>
#include <string_view>

namespace orrery::logs {

/// `document` is the JSON that the function finds after decoding base64 and gzip.
std::string awslogs_payload(std::string_view document);

/// A gzip file that holds `bytes` uncompressed: any reader reads it, and no library's version shows
/// in what functions receive.
std::string gzip(std::string_view bytes);

}  // namespace orrery::logs
