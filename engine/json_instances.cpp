// What engine/json/nlohmann/json.hpp declares.
#include <nlohmann/json.hpp>

namespace nlohmann {

template <>
std::string json::dump(int indent,
                       char indent_char,
                       bool ensure_ascii,
                       error_handler_t error_handler) const {
    std::string text;
    detail::serializer<json> renderer(
        detail::output_adapter<char, std::string>(text), indent_char, error_handler);
    renderer.dump(
        *this, indent >= 0, ensure_ascii, indent >= 0 ? static_cast<unsigned>(indent) : 0);
    return text;
}

namespace {

json parse_text(std::string_view text,
                const json::parser_callback_t& callback,
                bool allow_exceptions,
                bool ignore_comments) {
    return json::parse(
        text.data(), text.data() + text.size(), callback, allow_exceptions, ignore_comments);
}

}  // namespace

template <>
template <>
json json::parse(std::string&& text,
                 parser_callback_t callback,
                 bool allow_exceptions,
                 bool ignore_comments) {
    return parse_text(text, callback, allow_exceptions, ignore_comments);
}

template <>
template <>
json json::parse(std::string& text,
                 parser_callback_t callback,
                 bool allow_exceptions,
                 bool ignore_comments) {
    return parse_text(text, callback, allow_exceptions, ignore_comments);
}

template <>
template <>
json json::parse(const std::string& text,
                 parser_callback_t callback,
                 bool allow_exceptions,
                 bool ignore_comments) {
    return parse_text(text, callback, allow_exceptions, ignore_comments);
}

template <>
template <>
json json::parse(std::string_view&& text,
                 parser_callback_t callback,
                 bool allow_exceptions,
                 bool ignore_comments) {
    return parse_text(text, callback, allow_exceptions, ignore_comments);
}

template <>
template <>
json json::parse(std::string_view& text,
                 parser_callback_t callback,
                 bool allow_exceptions,
                 bool ignore_comments) {
    return parse_text(text, callback, allow_exceptions, ignore_comments);
}

template <>
template <>
json json::parse(const std::string_view& text,
                 parser_callback_t callback,
                 bool allow_exceptions,
                 bool ignore_comments) {
    return parse_text(text, callback, allow_exceptions, ignore_comments);
}

}  // namespace nlohmann
