#include "services/sts/operations.h"

#include "engine/world.h"
#include "services/aws/access_key.h"
#include "services/aws/encoding.h"
#include "services/aws/error.h"
#include "services/sts/sts.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace orrery::sts {

namespace {

using aws::ApiError;
using aws::Parameters;

constexpr std::int64_t role_seconds = 3600;        // [docs: AssumeRole]
constexpr std::int64_t chained_seconds = 3600;     // the most for a role's session's session
constexpr std::int64_t token_seconds = 43200;      // [docs: GetSessionToken]
constexpr std::int64_t root_token_seconds = 3600;  // the most for the account itself

bool is_account(std::string_view text) {
    return text.size() == 12 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct RoleArn {
    std::string account;
    std::string name;
};

RoleArn parse_role_arn(const std::string& arn) {
    constexpr std::string_view start = "arn:aws:iam::";
    constexpr std::string_view kind = ":role/";
    const std::size_t kind_at = start.size() + 12;
    if (!arn.starts_with(start) || arn.size() <= kind_at + kind.size() ||
        arn.compare(kind_at, kind.size(), kind) != 0 ||
        !is_account(std::string_view(arn).substr(start.size(), 12)) || arn.ends_with('/')) {
        throw ApiError("ValidationError", "Request ARN is invalid");
    }
    return {arn.substr(start.size(), 12), arn.substr(arn.rfind('/') + 1)};
}

std::string sts_arn(const std::string& account, const std::string& resource) {
    return "arn:aws:sts::" + account + ":" + resource;
}

/// A session's policies narrow what it may do, and are not evaluated; their form is checked.
/// Returns whether there are any.
bool accept_policies(Parameters& parameters) {
    const auto policy = parameters.optional_string("Policy");
    const Json* arns = parameters.optional("PolicyArns");
    if (policy && !Json::parse(*policy, nullptr, false).is_object()) {
        throw ApiError("MalformedPolicyDocumentException", "This policy contains invalid Json");
    }
    return policy || arns != nullptr;
}

/// How much of the space for a session's policies and tags is used, in percent. AWS packs them in
/// a way that it does not tell; their plain length over the documented 2,048 is near.
std::int64_t packed_size(const Json* policy) {
    const std::size_t size = policy == nullptr || !policy->is_string()
                                 ? 0
                                 : policy->get_ref<const std::string&>().size();
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(size) * 100 / 2048);
}

/// The claims of a JSON web token, whose signature nobody here can check.
Json claims_of(const std::string& token) {
    const std::size_t first = token.find('.');
    const std::size_t second = first == std::string::npos ? first : token.find('.', first + 1);
    Json claims;
    if (second != std::string::npos) {
        std::string payload = token.substr(first + 1, second - first - 1);
        std::replace(payload.begin(), payload.end(), '-', '+');
        std::replace(payload.begin(), payload.end(), '_', '/');
        payload.append((4 - payload.size() % 4) % 4, '=');
        claims = Json::parse(aws::decode_base64(payload).value_or(""), nullptr, false);
    }
    if (!claims.is_object()) {
        throw ApiError("InvalidIdentityTokenException",
                       "The ID Token provided is not a valid JWT. (You may see this error if you "
                       "sent an Access Token)");
    }
    return claims;
}

std::string claim(const Json& claims, const char* name) {
    const auto found = claims.find(name);
    if (found == claims.end()) {
        return "";
    }
    const Json& value = found->is_array() && !found->empty() ? found->front() : *found;
    return value.is_string() ? value.get<std::string>() : "";
}

}  // namespace

Operations::Actor Operations::actor(const aws::Caller& caller) const {
    const std::string& account = service_.account_;
    if (const Session* session = service_.sessions_.find(caller.access_key)) {
        if (session->expires <= service_.world_.loop.now()) {
            throw ApiError(
                "ExpiredToken", "The security token included in the request is expired", 403);
        }
        return {session->arn, session->user_id, session->account, session};
    }
    if (const auto user = service_.principals_.find_user_of_key(account, caller.access_key)) {
        return {user->arn, user->id, account};
    }
    return {"arn:aws:iam::" + account + ":root", account, account};
}

Json Operations::open(Session session, std::int64_t seconds) const {
    // In whole seconds, as answers have it.
    const std::int64_t now = epoch_seconds(service_.world_.loop.now());
    session.expires = Instant(std::chrono::seconds(now + seconds));
    const Session& opened = service_.sessions_.open(std::move(session));
    return {{"AccessKeyId", opened.access_key},
            {"SecretAccessKey", opened.secret},
            {"SessionToken", opened.token},
            {"Expiration", now + seconds}};
}

Json Operations::open_role_session(Parameters& parameters, const Actor& actor) const {
    const std::string arn = parameters.string("RoleArn");
    const std::string name = parameters.string("RoleSessionName");
    const std::int64_t seconds =
        parameters.optional_integer("DurationSeconds").value_or(role_seconds);
    const Json* policy = parameters.optional("Policy");
    const bool narrowed = accept_policies(parameters);
    parameters.finish();
    const RoleArn role = parse_role_arn(arn);
    const auto found = service_.principals_.find_role(role.account, arn);
    if (!found) {
        throw ApiError("AccessDenied",
                       "User: " + actor.arn +
                           " is not authorized to perform: sts:AssumeRole on resource: " + arn,
                       403);
    }
    // Both wordings are quoted: coinbase/assume-role 24, kreuzwerker/awsu 27.
    if (actor.session != nullptr && actor.session->kind == SessionKind::role &&
        seconds > chained_seconds) {
        throw ApiError("ValidationError",
                       "The requested DurationSeconds exceeds the 1 hour session limit for roles "
                       "assumed by role chaining.");
    }
    if (seconds > found->most_session_seconds) {
        throw ApiError(
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    }
    Session session;
    session.account = role.account;
    session.arn = sts_arn(role.account, "assumed-role/" + role.name + "/" + name);
    session.user_id = found->id + ":" + name;
    Json answer{{"AssumedRoleUser", {{"AssumedRoleId", session.user_id}, {"Arn", session.arn}}}};
    if (narrowed) {
        answer["PackedPolicySize"] = packed_size(policy);
    }
    answer["Credentials"] = open(std::move(session), seconds);
    return answer;
}

/// Tags, external ids and MFA codes say who may assume a role, which is not checked.
Json Operations::assume_role(const aws::Call& call) const {
    Parameters parameters(call.parameters, "AssumeRole");
    for (const char* name : {"Tags",
                             "TransitiveTagKeys",
                             "ExternalId",
                             "SerialNumber",
                             "TokenCode",
                             "ProvidedContexts"}) {
        parameters.accept(name);
    }
    const auto source = parameters.optional_string("SourceIdentity");
    Json answer = open_role_session(parameters, actor(call.caller));
    if (source) {
        answer["SourceIdentity"] = *source;
    }
    return answer;
}

Json Operations::assume_role_with_web_identity(const aws::Call& call) const {
    Parameters parameters(call.parameters, "AssumeRoleWithWebIdentity");
    const Json claims = claims_of(parameters.string("WebIdentityToken"));
    parameters.accept("ProviderId");
    Json answer = open_role_session(parameters, Actor{"anonymous", "", service_.account_});
    answer["SubjectFromWebIdentityToken"] = claim(claims, "sub");
    answer["Audience"] = claim(claims, "aud");
    answer["Provider"] = claim(claims, "iss");
    return answer;
}

Json Operations::decode_authorization_message(const aws::Call& /*call*/) const {
    throw ApiError("NotImplemented",
                   "Orrery refuses nobody, so there is no message about a refusal to decode.",
                   501);
}

/// The account is in the key itself.
Json Operations::get_access_key_info(const aws::Call& call) const {
    Parameters parameters(call.parameters, "GetAccessKeyInfo");
    const std::string key = parameters.string("AccessKeyId");
    parameters.finish();
    const auto account = aws::account_in_access_key(key);
    if (!account) {
        throw ApiError("ValidationError",
                       "The access key " + key + " does not say which account it belongs to.");
    }
    return {{"Account", *account}};
}

Json Operations::get_caller_identity(const aws::Call& call) const {
    Parameters(call.parameters, "GetCallerIdentity").finish();
    const Actor who = actor(call.caller);
    return {{"UserId", who.user_id}, {"Account", who.account}, {"Arn", who.arn}};
}

Json Operations::get_federation_token(const aws::Call& call) const {
    Parameters parameters(call.parameters, "GetFederationToken");
    const std::string name = parameters.string("Name");
    const Json* policy = parameters.optional("Policy");
    const bool narrowed = accept_policies(parameters);
    const std::int64_t seconds =
        parameters.optional_integer("DurationSeconds").value_or(token_seconds);
    parameters.accept("Tags");
    parameters.finish();
    if (actor(call.caller).session != nullptr) {
        throw ApiError(
            "AccessDenied", "Cannot call GetFederationToken with session credentials", 403);
    }
    Session session;
    session.kind = SessionKind::federated;
    session.account = service_.account_;
    session.arn = sts_arn(session.account, "federated-user/" + name);
    session.user_id = session.account + ":" + name;
    Json answer{{"FederatedUser", {{"FederatedUserId", session.user_id}, {"Arn", session.arn}}}};
    if (narrowed) {
        answer["PackedPolicySize"] = packed_size(policy);
    }
    answer["Credentials"] = open(std::move(session), seconds);
    return answer;
}

/// The session is whoever asks for it.
Json Operations::get_session_token(const aws::Call& call) const {
    Parameters parameters(call.parameters, "GetSessionToken");
    const auto asked = parameters.optional_integer("DurationSeconds");
    parameters.accept("SerialNumber");
    parameters.accept("TokenCode");
    parameters.finish();
    const Actor who = actor(call.caller);
    if (who.session != nullptr) {
        throw ApiError("AccessDenied", "Cannot call GetSessionToken with session credentials", 403);
    }
    const bool root = who.user_id == who.account;
    Session session;
    session.kind = SessionKind::user;
    session.account = who.account;
    session.arn = who.arn;
    session.user_id = who.user_id;
    const std::int64_t seconds = asked.value_or(token_seconds);
    return {{"Credentials",
             open(std::move(session), root ? std::min(seconds, root_token_seconds) : seconds)}};
}

void Operations::add_all(StsService& service, aws::ApiService& api) {
    const auto add = [&](std::string name, Json (Operations::*operation)(const aws::Call&) const) {
        api.add_for_caller(std::move(name), [&service, operation](const aws::Call& call) {
            return (Operations(service).*operation)(call);
        });
    };
    add("AssumeRole", &Operations::assume_role);
    add("AssumeRoleWithWebIdentity", &Operations::assume_role_with_web_identity);
    add("DecodeAuthorizationMessage", &Operations::decode_authorization_message);
    add("GetAccessKeyInfo", &Operations::get_access_key_info);
    add("GetCallerIdentity", &Operations::get_caller_identity);
    add("GetFederationToken", &Operations::get_federation_token);
    add("GetSessionToken", &Operations::get_session_token);
}

}  // namespace orrery::sts
