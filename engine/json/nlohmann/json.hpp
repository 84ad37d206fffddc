/// <nlohmann/json.hpp> as all but this folder sees it: what parses and what renders is compiled
/// once, in engine/json_instances.cpp. In every object that has a parse or a dump they take three
/// seconds to compile, a third of the build. An `extern template` does not do: g++ instantiates it
/// all the same, in case it is inlined.
#pragma once

#include_next <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace nlohmann {

template <>
std::string json::dump(int indent,
                       char indent_char,
                       bool ensure_ascii,
                       error_handler_t error_handler) const;

// For each kind of text that is given to it.
template <>
template <>
[[nodiscard]] json json::parse(std::string&& text,
                               parser_callback_t callback,
                               bool allow_exceptions,
                               bool ignore_comments);
template <>
template <>
[[nodiscard]] json json::parse(std::string& text,
                               parser_callback_t callback,
                               bool allow_exceptions,
                               bool ignore_comments);
template <>
template <>
[[nodiscard]] json json::parse(const std::string& text,
                               parser_callback_t callback,
                               bool allow_exceptions,
                               bool ignore_comments);
template <>
template <>
[[nodiscard]] json json::parse(std::string_view&& text,
                               parser_callback_t callback,
                               bool allow_exceptions,
                               bool ignore_comments);
template <>
template <>
[[nodiscard]] json json::parse(std::string_view& text,
                               parser_callback_t callback,
                               bool allow_exceptions,
                               bool ignore_comments);
template <>
template <>
[[nodiscard]] json json::parse(const std::string_view& text,
                               parser_callback_t callback,
                               bool allow_exceptions,
                               bool ignore_comments);

}  // namespace nlohmann
