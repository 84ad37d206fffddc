/// The temporary credentials that STS has given out, of all accounts.
#pragma once

#include "engine/random.h"
#include "engine/time.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace orrery {
struct World;
}

namespace orrery::sts {

enum class SessionKind : std::uint8_t { role, user, federated };

struct Session {
    std::string access_key;
    std::string secret;
    std::string token;
    std::string account;
    std::string arn;      // of who acts with it
    std::string user_id;  // "AROA...:name"
    SessionKind kind = SessionKind::role;
    Instant expires;
};

class Sessions {
public:
    /// `world` must outlive the sessions. Those that its store knows are there from the start.
    explicit Sessions(World& world);
    Sessions(const Sessions&) = delete;
    Sessions& operator=(const Sessions&) = delete;

    /// Gives `session`, of which account, ARN, id, kind and expiry are set, its credentials.
    const Session& open(Session session);
    /// Null if there is none; it may have expired. Expired ones are forgotten a day later.
    const Session* find(std::string_view access_key) const;

private:
    World& world_;
    RandomStream random_;
    std::map<std::string, Session, std::less<>> sessions_;  // by access key
};

}  // namespace orrery::sts
