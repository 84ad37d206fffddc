/// A store with sessions on it, for tests of SQL without a connection.
#pragma once

#include "engine/world.h"
#include "services/rds/sql_session.h"
#include "services/rds/store.h"

#include <memory>
#include <string>
#include <vector>

namespace orrery::rds {

struct SqlFixture {
    SqlFixture() { store.catalog.add_database("ExampleDB"); }

    std::unique_ptr<SqlSession> connect(Counting counting = Counting::changed_rows) {
        auto session = std::make_unique<SqlSession>(store, ++connections, "admin", counting);
        session->use("ExampleDB");
        return session;
    }

    World world;
    Store store{world, "test"};
    std::uint32_t connections = 0;
};

/// Rows as text: columns joined by '|', rows by '\n', NULL as "NULL"; "1062: message" for an error.
inline std::string text_of(const StatementResult& result) {
    if (result.error) {
        return std::to_string(result.error->number()) + ": " + result.error->message();
    }
    std::string text;
    for (const Row& row : result.rows) {
        text += text.empty() ? "" : "\n";
        for (std::size_t index = 0; index < row.size(); ++index) {
            text += (index == 0 ? "" : "|") +
                    (is_null(row[index]) ? std::string("NULL") : to_text(row[index]));
        }
    }
    return text;
}

inline std::string run(SqlSession& session, const std::string& sql) {
    return text_of(session.execute_now(sql));
}

}  // namespace orrery::rds
