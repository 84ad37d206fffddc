/// JSON text read in place: its values are found as parts of the text, and keep the form in which
/// they were written, which a parsed tree does not ("300" and "3e2").
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace orrery::lambda {

/// The one value that `text` is, without the blanks around it; nothing if it is not JSON.
std::optional<std::string_view> json_value(std::string_view text);

// What follows takes values that json_value has found, or that are parts of such.

inline bool is_object(std::string_view value) {
    return value.front() == '{';
}
inline bool is_array(std::string_view value) {
    return value.front() == '[';
}
inline bool is_string(std::string_view value) {
    return value.front() == '"';
}
inline bool is_number(std::string_view value) {
    return value.front() == '-' || (value.front() >= '0' && value.front() <= '9');
}

/// What a string says. Refers to `value`, or to `scratch` if there are escapes.
std::string_view string_text(std::string_view value, std::string& scratch);

/// Goes through the members of an object, or the elements of an array.
class JsonParts {
public:
    explicit JsonParts(std::string_view value)
        : at_(value.data() + 1), end_(value.data() + value.size()), object_(is_object(value)) {}

    /// Whether there is one more, which key() and value() are of then.
    bool next();
    std::string_view key() const { return key_; }  // a string, in its quotes
    std::string_view value() const { return value_; }

private:
    const char* at_;
    const char* end_;
    bool object_;
    std::string_view key_;
    std::string_view value_;
};

/// Goes through what is no array in an array, however deep; a value that is no array is the only
/// one.
class JsonLeaves {
public:
    explicit JsonLeaves(std::string_view value)
        : at_(value.data()), end_(value.data() + value.size()) {}

    /// Whether there is one more, which value() is then.
    bool next();
    std::string_view value() const { return value_; }

private:
    const char* at_;
    const char* end_;
    std::string_view value_;
};

}  // namespace orrery::lambda
