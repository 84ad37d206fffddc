/// SHOW and DESCRIBE: the catalog and the session, as result sets.
#pragma once

#include "services/rds/catalog.h"
#include "services/rds/coercion.h"
#include "services/rds/result.h"
#include "services/rds/variables.h"

#include <vector>

namespace orrery::rds {

struct ShowContext {
    const Catalog& catalog;
    const Variables& variables;
    const std::vector<Warning>& warnings;  // of the statement before
    const std::string& database;
};

/// Throws MysqlError.
StatementResult show(const Show& statement, const ShowContext& context);

}  // namespace orrery::rds
