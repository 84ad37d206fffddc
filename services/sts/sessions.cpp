#include "services/sts/sessions.h"

#include "engine/error.h"
#include "engine/store.h"
#include "engine/world.h"
#include "services/aws/access_key.h"

#include <nlohmann/json.hpp>

#include <vector>

namespace orrery::sts {

namespace {

using Json = nlohmann::json;

constexpr const char* table = "sts";  // a session by its access key
constexpr Duration kept_after_expiry = 24h;

std::string record_of(const Session& session) {
    return Json{{"secret", session.secret},
                {"token", session.token},
                {"account", session.account},
                {"arn", session.arn},
                {"user_id", session.user_id},
                {"kind", session.kind},
                {"expires", session.expires.time_since_epoch().count()}}
        .dump();
}

Session read_session(std::string_view key, std::string_view value) {
    try {
        const Json saved = Json::parse(value);
        Session session;
        session.access_key = key;
        session.secret = saved.at("secret");
        session.token = saved.at("token");
        session.account = saved.at("account");
        session.arn = saved.at("arn");
        session.user_id = saved.at("user_id");
        session.kind = saved.at("kind").get<SessionKind>();
        session.expires = Instant(Duration(saved.at("expires").get<std::int64_t>()));
        return session;
    } catch (const Json::exception& error) {
        throw UsageError(std::string("the state of STS cannot be read: ") + error.what());
    }
}

/// Opaque to clients, as AWS's are; those begin alike.
std::string make_token(RandomStream& random) {
    std::string token = "IQoJb3JpZ2luX2Vj";
    for (int i = 0; i < 8; ++i) {
        token += aws::make_secret_access_key(random);
    }
    return token;
}

}  // namespace

Sessions::Sessions(World& world) : world_(world), random_(world.random.stream("sts")) {
    if (world_.store != nullptr) {
        world_.store->each(table, [this](std::string_view key, std::string_view value) {
            sessions_.emplace(key, read_session(key, value));
        });
    }
}

const Session& Sessions::open(Session session) {
    const Instant now = world_.loop.now();
    std::vector<std::string> old;
    for (const auto& [key, each] : sessions_) {
        if (each.expires + kept_after_expiry < now) {
            old.push_back(key);
        }
    }
    for (const std::string& key : old) {
        sessions_.erase(key);
        if (world_.store != nullptr) {
            world_.store->erase(table, key);
        }
    }
    do {
        session.access_key = aws::make_access_key_id("ASIA", session.account, random_);
    } while (sessions_.count(session.access_key) > 0);
    session.secret = aws::make_secret_access_key(random_);
    session.token = make_token(random_);
    const std::string key = session.access_key;
    const Session& kept = sessions_.emplace(key, std::move(session)).first->second;
    if (world_.store != nullptr) {
        world_.store->put(table, kept.access_key, record_of(kept));
        world_.store->touch();
    }
    return kept;
}

const Session* Sessions::find(std::string_view access_key) const {
    const auto found = sessions_.find(access_key);
    return found == sessions_.end() ? nullptr : &found->second;
}

}  // namespace orrery::sts
