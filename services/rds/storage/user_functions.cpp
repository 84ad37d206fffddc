#include "services/rds/storage/user_functions.h"

#include <openssl/evp.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <new>
#include <utility>

#include "engine/ensure.h"
#include "services/rds/sql/text.h"
#include "services/rds/storage/collation.h"
#include "services/rds/storage/decimal.h"
#include "services/rds/storage/sqlite.h"
#include "services/rds/storage/temporal.h"

namespace orrery::rds {

namespace {

using Arguments = std::vector<Value>;
using Function = Value (*)(FunctionContext&, const Arguments&);

bool any_null(const Arguments& arguments) {
    return std::any_of(arguments.begin(), arguments.end(), is_null);
}

double number_of(const Value& value) {
    if (const auto* const integer = std::get_if<std::int64_t>(&value)) {
        return static_cast<double>(*integer);
    }
    if (const auto* const real = std::get_if<double>(&value)) {
        return *real;
    }
    return leading_number(to_text(value));
}

std::int64_t integer_of(const Value& value) {
    if (const auto* const integer = std::get_if<std::int64_t>(&value)) {
        return *integer;
    }
    const double number = std::round(number_of(value));
    if (number >= 9.3e18 || number <= -9.3e18) {
        throw MysqlError(1690, "BIGINT value is out of range");
    }
    return static_cast<std::int64_t>(number);
}

Value checked_real(double number) {
    if (!std::isfinite(number)) {
        throw MysqlError(1690, "DOUBLE value is out of range");
    }
    return number;
}

// Numbers

Value as_number(FunctionContext&, const Arguments& arguments) {
    const double number = number_of(arguments[0]);
    const bool whole = number == std::floor(number) && std::fabs(number) < 9e15;
    return whole ? Value(static_cast<std::int64_t>(number)) : Value(number);
}

Value integer_arithmetic(FunctionContext&, const Arguments& arguments) {
    const std::int64_t left = integer_of(arguments[1]);
    const std::int64_t right = integer_of(arguments[2]);
    std::int64_t result = 0;
    bool overflow = false;
    switch (to_text(arguments[0])[0]) {
        case '+': overflow = __builtin_add_overflow(left, right, &result); break;
        case '-': overflow = __builtin_sub_overflow(left, right, &result); break;
        case '*': overflow = __builtin_mul_overflow(left, right, &result); break;
        case 'd':
        case '%':
            if (right == 0) {
                return {};
            }
            overflow = right == -1 && left == INT64_MIN;
            result = overflow ? 0 : to_text(arguments[0])[0] == 'd' ? left / right : left % right;
            break;
        default: ENSURE(false);
    }
    if (overflow) {
        throw MysqlError(1690, "BIGINT value is out of range");
    }
    return result;
}

Value bit_arithmetic(FunctionContext&, const Arguments& arguments) {
    const auto left = static_cast<std::uint64_t>(integer_of(arguments[1]));
    const auto right = static_cast<std::uint64_t>(integer_of(arguments[2]));
    std::uint64_t result = 0;
    switch (to_text(arguments[0])[0]) {
        case '&': result = left & right; break;
        case '|': result = left | right; break;
        case '^': result = left ^ right; break;
        case '<': result = right > 63 ? 0 : left << right; break;
        case '>': result = right > 63 ? 0 : left >> right; break;
        default: ENSURE(false);
    }
    if (result > INT64_MAX) {
        throw not_supported("bit operation with a result above 9223372036854775807");
    }
    return static_cast<std::int64_t>(result);
}

Value decimal_arithmetic(FunctionContext&, const Arguments& arguments) {
    const auto result =
        calculate(to_text(arguments[0])[0], Decimal::of(arguments[1]), Decimal::of(arguments[2]));
    return result ? Value(result->text()) : Value();
}

Value real_arithmetic(FunctionContext&, const Arguments& arguments) {
    const double left = number_of(arguments[1]);
    const double right = number_of(arguments[2]);
    switch (to_text(arguments[0])[0]) {
        case '+': return checked_real(left + right);
        case '-': return checked_real(left - right);
        case '*': return checked_real(left * right);
        case '/': return right == 0 ? Value() : checked_real(left / right);
        case '%': return right == 0 ? Value() : checked_real(std::fmod(left, right));
        case 'd': return right == 0 ? Value() : Value(integer_of(std::trunc(left / right)));
        default: ENSURE(false);
    }
    return {};
}

Value decimal_compare(FunctionContext&, const Arguments& arguments) {
    return std::int64_t{compare(Decimal::of(arguments[0]), Decimal::of(arguments[1]))};
}

Value cast_decimal(FunctionContext&, const Arguments& arguments) {
    const auto rounded = Decimal::of(arguments[0]).with_scale(static_cast<int>(integer_of(arguments[1])));
    if (!rounded) {
        throw MysqlError(1690, "DECIMAL value is out of range");
    }
    return rounded->text();
}

Value round_decimal(FunctionContext& context, const Arguments& arguments) {
    return cast_decimal(context, arguments);
}

Value round_real(FunctionContext&, const Arguments& arguments) {
    const double power = std::pow(10.0, static_cast<double>(integer_of(arguments[1])));
    return checked_real(std::nearbyint(number_of(arguments[0]) * power) / power);
}

Value floor_of(FunctionContext&, const Arguments& arguments) {
    return integer_of(std::floor(number_of(arguments[0])));
}

Value ceiling_of(FunctionContext&, const Arguments& arguments) {
    return integer_of(std::ceil(number_of(arguments[0])));
}

Value power(FunctionContext&, const Arguments& arguments) {
    return checked_real(std::pow(number_of(arguments[0]), number_of(arguments[1])));
}

Value square_root(FunctionContext&, const Arguments& arguments) {
    const double number = number_of(arguments[0]);
    return number < 0 ? Value() : Value(std::sqrt(number));
}

Value random_number(FunctionContext& context, const Arguments&) {
    return static_cast<double>(context.random.next() >> 11U) * 0x1.0p-53;
}

Value uuid(FunctionContext& context, const Arguments&) {
    return context.random.uuid();
}

// Text

Value concat(FunctionContext&, const Arguments& arguments) {
    std::string text;
    for (const Value& value : arguments) {
        text += to_text(value);
    }
    return text;
}

Value concat_ws(FunctionContext&, const Arguments& arguments) {
    if (is_null(arguments[0])) {
        return {};
    }
    std::string text;
    bool first = true;
    for (std::size_t index = 1; index < arguments.size(); ++index) {
        if (!is_null(arguments[index])) {
            text += (first ? "" : to_text(arguments[0])) + to_text(arguments[index]);
            first = false;
        }
    }
    return text;
}

Value length_in_bytes(FunctionContext&, const Arguments& arguments) {
    return static_cast<std::int64_t>(to_text(arguments[0]).size());
}

Value length_in_characters(FunctionContext&, const Arguments& arguments) {
    return static_cast<std::int64_t>(count_code_points(to_text(arguments[0])));
}

Value upper(FunctionContext&, const Arguments& arguments) {
    return to_upper(to_text(arguments[0]));
}

Value lower(FunctionContext&, const Arguments& arguments) {
    return to_lower(to_text(arguments[0]));
}

std::string slice(const std::string& text, std::size_t begin, std::size_t count) {
    const auto from = byte_offset(text, begin);
    return text.substr(from, byte_offset(std::string_view(text).substr(from), count));
}

std::size_t count_argument(const Value& value) {
    return static_cast<std::size_t>(std::max<std::int64_t>(integer_of(value), 0));
}

Value substring(FunctionContext&, const Arguments& arguments) {
    const std::string text = to_text(arguments[0]);
    const auto length = static_cast<std::int64_t>(count_code_points(text));
    std::int64_t begin = integer_of(arguments[1]);
    begin = begin < 0 ? length + begin : begin - 1;
    const auto count = arguments.size() > 2 ? count_argument(arguments[2]) : text.size();
    return begin < 0 || begin >= length ? Value(std::string())
                                        : Value(slice(text, static_cast<std::size_t>(begin), count));
}

Value left(FunctionContext&, const Arguments& arguments) {
    return slice(to_text(arguments[0]), 0, count_argument(arguments[1]));
}

Value right(FunctionContext&, const Arguments& arguments) {
    const std::string text = to_text(arguments[0]);
    const auto length = count_code_points(text);
    const auto count = std::min(count_argument(arguments[1]), length);
    return slice(text, length - count, count);
}

Value trim_text(const Value& value, bool at_begin, bool at_end) {
    std::string text = to_text(value);
    if (at_end) {
        text.erase(text.find_last_not_of(' ') + 1);
    }
    if (at_begin) {
        text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
    }
    return text;
}

Value trim(FunctionContext&, const Arguments& arguments) {
    return trim_text(arguments[0], true, true);
}
Value ltrim(FunctionContext&, const Arguments& arguments) {
    return trim_text(arguments[0], true, false);
}
Value rtrim(FunctionContext&, const Arguments& arguments) {
    return trim_text(arguments[0], false, true);
}

constexpr std::size_t longest_text = 64U * 1024 * 1024;  // max_allowed_packet, which bounds results in MySQL too

Value replace(FunctionContext&, const Arguments& arguments) {
    const std::string text = to_text(arguments[0]);
    const std::string from = to_text(arguments[1]);
    const std::string to = to_text(arguments[2]);
    if (from.empty()) {
        return text;
    }
    std::string result;
    std::size_t at = 0;
    for (auto found = text.find(from); found != std::string::npos; found = text.find(from, at)) {
        result.append(text, at, found - at).append(to);
        at = found + from.size();
        if (result.size() > longest_text) {
            return {};
        }
    }
    return result.append(text, at);
}

Value repeat(FunctionContext&, const Arguments& arguments) {
    const std::string text = to_text(arguments[0]);
    const auto count = count_argument(arguments[1]);
    if (!text.empty() && count > longest_text / text.size()) {
        return {};
    }
    std::string result;
    for (std::size_t index = 0; index < count; ++index) {
        result += text;
    }
    return result;
}

Value reverse(FunctionContext&, const Arguments& arguments) {
    const std::string text = to_text(arguments[0]);
    std::string result;
    for (std::size_t end = text.size(); end > 0;) {
        std::size_t begin = end - 1;
        while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80) {
            --begin;
        }
        result.append(text, begin, end - begin);
        end = begin;
    }
    return result;
}

Value locate(FunctionContext&, const Arguments& arguments) {
    const std::string wanted = to_text(arguments[0]);
    const std::string text = to_text(arguments[1]);
    const auto first = arguments.size() > 2 ? integer_of(arguments[2]) : 1;
    if (first < 1) {
        return std::int64_t{0};
    }
    const auto width = count_code_points(wanted);
    const auto length = count_code_points(text);
    for (auto at = static_cast<std::size_t>(first - 1); at + width <= length; ++at) {
        if (compare_ignoring_case(slice(text, at, width), wanted) == 0) {
            return static_cast<std::int64_t>(at + 1);
        }
    }
    return std::int64_t{0};
}

Value instr(FunctionContext& context, const Arguments& arguments) {
    return locate(context, {arguments[1], arguments[0]});
}

std::string hex_text(std::string_view bytes, std::string_view digits) {
    std::string text;
    for (const char letter : bytes) {
        const auto byte = static_cast<unsigned char>(letter);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

Value hex(FunctionContext&, const Arguments& arguments) {
    if (const auto* const number = std::get_if<std::int64_t>(&arguments[0])) {
        std::array<char, 24> buffer{};
        std::snprintf(buffer.data(), buffer.size(), "%llX", static_cast<unsigned long long>(*number));
        return std::string(buffer.data());
    }
    return hex_text(to_text(arguments[0]), "0123456789ABCDEF");
}

Value digest(const Value& value, const EVP_MD* algorithm) {
    const std::string text = to_text(value);
    std::array<unsigned char, EVP_MAX_MD_SIZE> buffer{};
    unsigned size = 0;
    ENSURE(EVP_Digest(text.data(), text.size(), buffer.data(), &size, algorithm, nullptr) == 1);
    return hex_text({reinterpret_cast<const char*>(buffer.data()), size}, "0123456789abcdef");
}

Value md5(FunctionContext&, const Arguments& arguments) {
    return digest(arguments[0], EVP_md5());
}

Value sha1(FunctionContext&, const Arguments& arguments) {
    return digest(arguments[0], EVP_sha1());
}

Value sha2(FunctionContext&, const Arguments& arguments) {
    switch (integer_of(arguments[1])) {
        case 0:
        case 256: return digest(arguments[0], EVP_sha256());
        case 224: return digest(arguments[0], EVP_sha224());
        case 384: return digest(arguments[0], EVP_sha384());
        case 512: return digest(arguments[0], EVP_sha512());
        default: return {};
    }
}

Value like(FunctionContext&, const Arguments& arguments) {
    const std::string escape = arguments.size() > 2 ? to_text(arguments[2]) : "\\";
    std::size_t position = 0;
    const char32_t code = escape.empty() ? 0x110000 : next_code_point(escape, position);
    return std::int64_t{matches_like(to_text(arguments[0]), to_text(arguments[1]), code)};
}

Value as_text(FunctionContext&, const Arguments& arguments) {
    std::string text = to_text(arguments[0]);
    return arguments.size() > 1 ? slice(text, 0, count_argument(arguments[1])) : text;
}

Value as_binary(FunctionContext&, const Arguments& arguments) {
    return Blob{to_text(arguments[0])};
}

// Dates

Value temporal(const Value& value, const std::string& kind, int scale, bool strict) {
    const std::string text = to_text(value);
    if (kind == "time") {
        if (auto time = canonical_time(text, scale)) {
            return *std::move(time);
        }
    }
    const auto time = parse_date_time(text);
    if (!time) {
        if (strict) {
            throw MysqlError(1525, "Incorrect " + to_upper(kind) + " value: " + quoted(text));
        }
        return {};
    }
    if (kind == "date") {
        return date_text(*time);
    }
    const std::string full = date_time_text(round_to_scale(*time, scale), scale);
    return kind == "time" ? full.substr(11) : full;
}

/// A value to compare with a date: one that is none is an error.
Value compared_temporal(FunctionContext&, const Arguments& arguments) {
    return temporal(arguments[0], to_text(arguments[1]), static_cast<int>(integer_of(arguments[2])), true);
}

Value cast_temporal(FunctionContext&, const Arguments& arguments) {
    return temporal(arguments[0], to_text(arguments[1]), static_cast<int>(integer_of(arguments[2])), false);
}

Value date_part(FunctionContext&, const Arguments& arguments) {
    const auto time = parse_date_time(to_text(arguments[0]));
    if (!time) {
        return {};
    }
    switch (to_text(arguments[1])[0]) {
        case 'Y': return std::int64_t{time->year};
        case 'M': return std::int64_t{time->month};
        case 'D': return std::int64_t{time->day};
        case 'h': return std::int64_t{time->hour};
        case 'm': return std::int64_t{time->minute};
        case 's': return std::int64_t{time->second};
        case 'w': return std::int64_t{((day_number(*time) + 4) % 7 + 7) % 7 + 1};
        default: ENSURE(false);
    }
    return {};
}

Value date_difference(FunctionContext&, const Arguments& arguments) {
    const auto later = parse_date_time(to_text(arguments[0]));
    const auto earlier = parse_date_time(to_text(arguments[1]));
    return later && earlier ? Value(day_number(*later) - day_number(*earlier)) : Value();
}

Value date_format(FunctionContext&, const Arguments& arguments) {
    const auto time = parse_date_time(to_text(arguments[0]));
    if (!time) {
        return {};
    }
    auto text = format_date(*time, to_text(arguments[1]));
    if (!text) {
        throw not_supported("DATE_FORMAT " + to_text(arguments[1]));
    }
    return *std::move(text);
}

Value unix_timestamp(FunctionContext&, const Arguments& arguments) {
    const auto time = parse_date_time(to_text(arguments[0]));
    return time ? Value(std::max<std::int64_t>(epoch_seconds(to_instant(*time)), 0)) : Value();
}

Value from_unixtime(FunctionContext&, const Arguments& arguments) {
    const auto seconds = integer_of(arguments[0]);
    if (seconds < 0 || seconds > 4102444800) {
        return {};
    }
    return date_time_text(from_instant(Instant(std::chrono::seconds(seconds))), 0);
}

/// The one row of a scalar subquery: value, number of rows.
Value only_row(FunctionContext&, const Arguments& arguments) {
    if (integer_of(arguments[1]) > 1) {
        throw MysqlError(1242, "Subquery returns more than 1 row");
    }
    return arguments[0];
}

enum class Nulls : std::uint8_t { give_null, are_passed };

struct FunctionRow {
    const char* name;
    int arguments;  // -1: any number
    Function function;
    Nulls nulls = Nulls::give_null;
    int flags = SQLITE_DETERMINISTIC;
};
constexpr std::array function_rows = std::to_array<FunctionRow>({
    {"mysql_number", 1, as_number},
    {"mysql_integer", 3, integer_arithmetic},
    {"mysql_bits", 3, bit_arithmetic},
    {"mysql_decimal", 3, decimal_arithmetic},
    {"mysql_real", 3, real_arithmetic},
    {"mysql_decimal_compare", 2, decimal_compare},
    {"mysql_cast_decimal", 2, cast_decimal},
    {"mysql_round_decimal", 2, round_decimal},
    {"mysql_round_real", 2, round_real},
    {"mysql_floor", 1, floor_of},
    {"mysql_ceiling", 1, ceiling_of},
    {"mysql_power", 2, power},
    {"mysql_sqrt", 1, square_root},
    {"mysql_rand", 0, random_number, Nulls::give_null, 0},
    {"mysql_uuid", 0, uuid, Nulls::give_null, 0},
    {"mysql_concat", -1, concat},
    {"mysql_concat_ws", -1, concat_ws, Nulls::are_passed},
    {"mysql_length", 1, length_in_bytes},
    {"mysql_char_length", 1, length_in_characters},
    {"mysql_upper", 1, upper},
    {"mysql_lower", 1, lower},
    {"mysql_substring", -1, substring},
    {"mysql_left", 2, left},
    {"mysql_right", 2, right},
    {"mysql_trim", 1, trim},
    {"mysql_ltrim", 1, ltrim},
    {"mysql_rtrim", 1, rtrim},
    {"mysql_replace", 3, replace},
    {"mysql_repeat", 2, repeat},
    {"mysql_reverse", 1, reverse},
    {"mysql_locate", -1, locate},
    {"mysql_instr", 2, instr},
    {"mysql_hex", 1, hex},
    {"mysql_md5", 1, md5},
    {"mysql_sha1", 1, sha1},
    {"mysql_sha2", 2, sha2},
    {"mysql_like", -1, like},
    {"mysql_text", -1, as_text},
    {"mysql_binary", 1, as_binary},
    {"mysql_temporal", 3, compared_temporal},
    {"mysql_cast_temporal", 3, cast_temporal},
    {"mysql_date_part", 2, date_part},
    {"mysql_datediff", 2, date_difference},
    {"mysql_date_format", 2, date_format},
    {"mysql_unix_timestamp", 1, unix_timestamp},
    {"mysql_from_unixtime", 1, from_unixtime},
    {"mysql_only_row", 2, only_row, Nulls::are_passed},
});

Value read_argument(sqlite3_value* value) {
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
    switch (sqlite3_value_type(value)) {
        case SQLITE_INTEGER: return sqlite3_value_int64(value);
        case SQLITE_FLOAT: return sqlite3_value_double(value);
        case SQLITE_TEXT: return std::string(reinterpret_cast<const char*>(sqlite3_value_text(value)), size);
        case SQLITE_BLOB:
            return Blob{size == 0 ? std::string()
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

/// SQLite's memory for an aggregate is not aligned for a Total, so it holds a pointer; `final` step frees it.
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

}  // namespace

void install_functions(SqliteConnection& connection, FunctionContext& context) {
    sqlite3* const handle = connection.handle();
    for (const FunctionRow& row : function_rows) {
        ENSURE(sqlite3_create_function_v2(handle,
                                          row.name,
                                          row.arguments,
                                          SQLITE_UTF8 | row.flags,
                                          new Installed{&context, &row},
                                          call,
                                          nullptr,
                                          nullptr,
                                          [](void* installed) { delete static_cast<Installed*>(installed); }) ==
               SQLITE_OK);
    }
    const auto add_aggregate = [&](const char* name, void (*result)(sqlite3_context*)) {
        ENSURE(sqlite3_create_function_v2(
                   handle, name, 1, SQLITE_UTF8, &context, nullptr, add_to_total, result, nullptr) == SQLITE_OK);
    };
    add_aggregate("mysql_sum", give_sum);
    add_aggregate("mysql_avg", give_average);
    const auto add_collation = [&](const char* name, int (*function)(void*, int, const void*, int, const void*)) {
        ENSURE(sqlite3_create_collation(handle, name, SQLITE_UTF8, nullptr, function) == SQLITE_OK);
    };
    add_collation("mysql_ci", collate<compare_ignoring_case>);
    add_collation("mysql_ci_pad", collate<compare_ignoring_case_padded>);
    add_collation("mysql_decimal", collate<compare_decimal_texts>);
}

}  // namespace orrery::rds
