/// ApiError: the caller's mistake, with AWS's error code and message; caught once, where operations
/// are dispatched.
#pragma once

#include "engine/json.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace orrery::aws {

class ApiError : public std::runtime_error {
public:
    /// `code` is the modelled shape name ("QueueDoesNotExist"); `message` is AWS's own wording
    /// where it is known.
    ApiError(std::string code, const std::string& message, int http_status = 400)
        : std::runtime_error(message), code_(std::move(code)), http_status_(http_status) {}

    /// The same with another member of the error's shape: with("Reason",
    /// "CallerRateLimitExceeded").
    ApiError with(std::string member, std::string value) && {
        details_.emplace_back(std::move(member), std::move(value));
        return std::move(*this);
    }

    /// The same for a member that is no text. Protocols that speak JSON answer with it.
    ApiError with(std::string member, std::shared_ptr<const Json> value) && {
        auto& structure = structures_.emplace_back();
        structure.first = std::move(member);
        structure.second = std::move(value);
        return std::move(*this);
    }

    const std::string& code() const { return code_; }
    std::string message() const { return what(); }
    int http_status() const { return http_status_; }
    /// Members of the error's shape besides its message.
    const std::vector<std::pair<std::string, std::string>>& details() const { return details_; }
    using Structures = std::vector<std::pair<std::string, std::shared_ptr<const Json>>>;
    const Structures& structures() const { return structures_; }

private:
    std::string code_;
    int http_status_;
    std::vector<std::pair<std::string, std::string>> details_;
    Structures structures_;
};

}  // namespace orrery::aws
