/// Whose account and which Region a simulated cloud answers for, and the ARNs made from it.
#pragma once

#include <string>
#include <string_view>

namespace orrery::aws {

struct Identity {
    std::string account = "000000000000";
    std::string region = "us-east-1";

    /// Distinguishes what belongs to other accounts and Regions in the trace and in random streams:
    /// "" for the default, else "123456789012/eu-west-1/".
    std::string scope() const {
        const Identity standard;
        return account == standard.account && region == standard.region
                   ? ""
                   : account + "/" + region + "/";
    }

    /// arn("sqs", "Orders") is "arn:aws:sqs:us-east-1:000000000000:Orders".
    std::string arn(std::string_view service, std::string_view resource) const {
        std::string text = "arn:aws:";
        text.append(service)
            .append(":")
            .append(region)
            .append(":")
            .append(account)
            .append(":")
            .append(resource);
        return text;
    }
};

/// The text after the last ':' of an ARN: a queue's or function's name. Other text is returned as
/// it is.
inline std::string_view arn_name(std::string_view arn) {
    const auto colon = arn.rfind(':');
    return colon == std::string_view::npos ? arn : arn.substr(colon + 1);
}

}  // namespace orrery::aws
