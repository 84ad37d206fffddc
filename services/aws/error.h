/// ApiError: the caller's mistake, with AWS's error code and message; caught once, where operations
/// are dispatched.
#pragma once

#include <stdexcept>
#include <string>

namespace orrery::aws {

class ApiError : public std::runtime_error {
public:
    /// `code` is the modelled shape name ("QueueDoesNotExist"); `message` is AWS's own wording
    /// where it is known.
    ApiError(std::string code, const std::string& message, int http_status = 400)
        : std::runtime_error(message), code_(std::move(code)), http_status_(http_status) {}

    const std::string& code() const { return code_; }
    std::string message() const { return what(); }
    int http_status() const { return http_status_; }

private:
    std::string code_;
    int http_status_;
};

}  // namespace orrery::aws
