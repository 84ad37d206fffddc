/// The operations of STS.
#pragma once

#include "engine/json.h"
#include "services/aws/api.h"
#include "services/aws/parameters.h"
#include "services/sts/sessions.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::sts {

class StsService;

class Operations {
public:
    /// `service` must outlive `api`'s rows.
    static void add_all(StsService& service, aws::ApiService& api);

private:
    explicit Operations(StsService& service) : service_(service) {}

    Json assume_role(const aws::Call& call) const;
    Json assume_role_with_web_identity(const aws::Call& call) const;
    Json decode_authorization_message(const aws::Call& call) const;
    Json get_access_key_info(const aws::Call& call) const;
    Json get_caller_identity(const aws::Call& call) const;
    Json get_federation_token(const aws::Call& call) const;
    Json get_session_token(const aws::Call& call) const;

    /// Who acts with an access key.
    struct Actor {
        std::string arn;
        std::string user_id;
        std::string account;
        const Session* session = nullptr;
    };
    Actor actor(const aws::Caller& caller) const;
    /// Begins a session of the role that RoleArn names; sets what answers say of it.
    Json open_role_session(aws::Parameters& parameters, const Actor& actor) const;
    Json open(Session session, std::int64_t seconds) const;

    StsService& service_;
};

}  // namespace orrery::sts
