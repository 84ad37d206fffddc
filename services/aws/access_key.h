/// Access key ids as AWS makes them: they say which account they belong to.
#pragma once

#include "engine/random.h"

#include <optional>
#include <string>
#include <string_view>

namespace orrery::aws {

/// 40 letters and digits, as secret access keys are.
std::string make_secret_access_key(RandomStream& random);
/// `count` characters of IAM's alphabet: A to Z and 2 to 7.
std::string make_id_characters(RandomStream& random, std::size_t count);

/// `prefix` ("AKIA", "ASIA") and 16 characters that carry the account: what comes after the prefix
/// is base32, and bits 7 to 46 of its first six bytes are the account's number [docs: "A short note
/// on AWS KEY ID", Tal Be'ery]. The remaining bits are random and a check of our own.
std::string make_access_key_id(std::string_view prefix,
                               std::string_view account,
                               RandomStream& random);
/// The account that an id says; nothing for one that has not the form.
std::optional<std::string> account_in_access_key(std::string_view id);
/// The same, only for ids that make_access_key_id made: nothing for AWS's own.
std::optional<std::string> account_of_own_access_key(std::string_view id);

}  // namespace orrery::aws
