/// A session's system variables: the ones there are, their values, and what may be set.
#pragma once

#include "services/rds/coercion.h"
#include "services/rds/sql/token.h"
#include "services/rds/storage/value.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::rds {

inline constexpr std::string_view server_version = "8.0.43";

class Variables {
public:
    /// `names` in lower case. Throws MysqlError 1193 for one that is unknown.
    Value get(const std::string& name, bool global) const;
    /// Throws MysqlError: 1193, 1231 (not a value for it), 1238 (read only), 1235 (a value that is
    /// not supported).
    void set(const std::string& name, const Value& value);
    void set_default(const std::string& name);
    /// In alphabetical order.
    std::vector<std::string> names() const;

    bool autocommit() const;
    LexicalMode lexical_mode() const;
    Strictness strictness() const;
    bool has_mode(std::string_view mode) const;
    /// "REPEATABLE-READ"
    std::string isolation() const;
    std::int64_t lock_wait_seconds() const;

private:
    std::map<std::string, Value, std::less<>> changed_;
};

}  // namespace orrery::rds
