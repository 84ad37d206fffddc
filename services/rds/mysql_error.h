/// MysqlError: a statement's or connection's failure with MySQL's number, SQLSTATE and wording.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace orrery::rds {

class MysqlError : public std::runtime_error {
public:
    /// The SQLSTATE follows from the number.
    MysqlError(std::uint16_t number, const std::string& message)
        : std::runtime_error(message), number_(number) {}

    std::uint16_t number() const { return number_; }
    std::string_view sqlstate() const;
    std::string message() const { return what(); }

private:
    std::uint16_t number_;
};

/// MySQL's words around something that it knows and this server does not (error 1235).
MysqlError not_supported(std::string_view construct);
/// Error 1064, with the text from where it stopped making sense.
MysqlError syntax_error(std::string_view near, std::size_t line);
MysqlError unknown_table(std::string_view database, std::string_view table);
MysqlError unknown_column(std::string_view column, std::string_view clause);
MysqlError unknown_database(std::string_view database);
MysqlError no_database_selected();

/// `text` between single quotes, as MySQL's messages show names and values.
std::string in_quotes(std::string_view text);

}  // namespace orrery::rds
