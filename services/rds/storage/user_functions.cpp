#include "services/rds/storage/user_functions.h"

#include "engine/ensure.h"
#include "services/rds/storage/collation.h"
#include "services/rds/storage/decimal.h"
#include "services/rds/storage/function_table.h"
#include "services/rds/storage/sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <new>
#include <utility>

namespace orrery::rds {

namespace {

bool any_null(const Arguments& arguments) {
    return std::any_of(arguments.begin(), arguments.end(), is_null);
}

Value read_argument(sqlite3_value* value) {
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
    switch (sqlite3_value_type(value)) {
        case SQLITE_INTEGER: return sqlite3_value_int64(value);
        case SQLITE_FLOAT: return sqlite3_value_double(value);
        case SQLITE_TEXT:
            return std::string(reinterpret_cast<const char*>(sqlite3_value_text(value)), size);
        case SQLITE_BLOB:
            return Blob{
                size == 0 ? std::string()
                          : std::string(static_cast<const char*>(sqlite3_value_blob(value)), size)};
        default: return {};
    }
}

void give_result(sqlite3_context* context, const Value& value) {
    struct Giver {
        sqlite3_context* context;
        void operator()(std::monostate) const { sqlite3_result_null(context); }
        void operator()(std::int64_t number) const { sqlite3_result_int64(context, number); }
        void operator()(double number) const { sqlite3_result_double(context, number); }
        void operator()(const std::string& text) const {
            sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
        }
        void operator()(const Blob& blob) const {
            sqlite3_result_blob64(context, blob.bytes.data(), blob.bytes.size(), SQLITE_TRANSIENT);
        }
    };
    std::visit(Giver{context}, value);
}

/// What SQLite hands to a function of the table above.
struct Installed {
    FunctionContext* context;
    const FunctionRow* row;
};

void call(sqlite3_context* sqlite, int count, sqlite3_value** values) {
    const auto& installed = *static_cast<const Installed*>(sqlite3_user_data(sqlite));
    try {
        Arguments arguments;
        for (int index = 0; index < count; ++index) {
            arguments.push_back(read_argument(values[index]));
        }
        if (installed.row->nulls == Nulls::give_null && any_null(arguments)) {
            sqlite3_result_null(sqlite);
            return;
        }
        give_result(sqlite, installed.row->function(*installed.context, arguments));
    } catch (const MysqlError& error) {
        installed.context->error = error;
        sqlite3_result_error(sqlite, error.what(), -1);
    }
}

/// SUM and AVG of exact numbers: exact, and typed DECIMAL.
struct Total {
    Decimal sum;
    std::int64_t count = 0;
};

/// SQLite's memory for an aggregate is not aligned for a Total, so it holds a pointer; `final` step
/// frees it.
Total*& total_of(sqlite3_context* sqlite) {
    auto* const memory = static_cast<Total**>(sqlite3_aggregate_context(sqlite, sizeof(Total*)));
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return *memory;
}

template <typename Step>
void guarded(sqlite3_context* sqlite, Step step) {
    try {
        step();
    } catch (const MysqlError& error) {
        static_cast<FunctionContext*>(sqlite3_user_data(sqlite))->error = error;
        sqlite3_result_error(sqlite, error.what(), -1);
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(sqlite);
    }
}

void add_to_total(sqlite3_context* sqlite, int, sqlite3_value** values) {
    guarded(sqlite, [&] {
        const Value value = read_argument(values[0]);
        if (is_null(value)) {
            return;
        }
        Total*& total = total_of(sqlite);
        if (total == nullptr) {
            total = new Total;
            total->sum = Decimal::of(value);
        } else {
            total->sum = *calculate('+', total->sum, Decimal::of(value));
        }
        ++total->count;
    });
}

template <typename Result>
void finish(sqlite3_context* sqlite, Result result) {
    guarded(sqlite, [&] {
        const std::unique_ptr<Total> total(total_of(sqlite));
        give_result(sqlite, total == nullptr ? Value() : Value(result(*total).text()));
    });
}

void give_sum(sqlite3_context* sqlite) {
    finish(sqlite, [](const Total& total) { return total.sum; });
}

void give_average(sqlite3_context* sqlite) {
    finish(sqlite, [](const Total& total) { return *calculate('/', total.sum, {total.count, 0}); });
}

template <int (*compare_texts)(std::string_view, std::string_view)>
int collate(void*, int left_size, const void* left, int right_size, const void* right) {
    return compare_texts({static_cast<const char*>(left), static_cast<std::size_t>(left_size)},
                         {static_cast<const char*>(right), static_cast<std::size_t>(right_size)});
}

int compare_decimal_texts(std::string_view left, std::string_view right) {
    return compare(Decimal::of(std::string(left)), Decimal::of(std::string(right)));
}

void install_function(sqlite3* handle, FunctionContext& context, const FunctionRow& row) {
    const int flags = row.repeatable == Repeatable::deterministic
                          ? SQLITE_UTF8 | SQLITE_DETERMINISTIC
                          : SQLITE_UTF8;
    ENSURE(sqlite3_create_function_v2(
               handle,
               row.name,
               row.arguments,
               flags,
               new Installed{&context, &row},
               call,
               nullptr,
               nullptr,
               [](void* installed) { delete static_cast<Installed*>(installed); }) == SQLITE_OK);
}

}  // namespace

void install_functions(SqliteConnection& connection, FunctionContext& context) {
    sqlite3* const handle = connection.handle();
    for (const auto table : {number_functions(), text_functions(), date_functions()}) {
        for (const FunctionRow& row : table) {
            install_function(handle, context, row);
        }
    }
    const auto add_aggregate = [&](const char* name, void (*result)(sqlite3_context*)) {
        ENSURE(
            sqlite3_create_function_v2(
                handle, name, 1, SQLITE_UTF8, &context, nullptr, add_to_total, result, nullptr) ==
            SQLITE_OK);
    };
    add_aggregate("mysql_sum", give_sum);
    add_aggregate("mysql_avg", give_average);
    const auto add_collation = [&](const char* name,
                                   int (*function)(void*, int, const void*, int, const void*)) {
        ENSURE(sqlite3_create_collation(handle, name, SQLITE_UTF8, nullptr, function) == SQLITE_OK);
    };
    add_collation("mysql_ci", collate<compare_ignoring_case>);
    add_collation("mysql_ci_pad", collate<compare_ignoring_case_padded>);
    add_collation("mysql_decimal", collate<compare_decimal_texts>);
}

}  // namespace orrery::rds
