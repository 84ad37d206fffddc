/// Writes XML 1.0.
#pragma once

#include <string>
#include <string_view>

namespace orrery::aws {

/// Appends `text` so that a reader gets it back exactly; what XML cannot say (control characters)
/// becomes U+FFFD. `text` must be UTF-8.
void append_xml_text(std::string& out, std::string_view text);

class XmlWriter {
public:
    /// Begins with `declaration`.
    explicit XmlWriter(std::string_view declaration = "<?xml version=\"1.0\"?>");

    /// `attributes` is written as it is: " xmlns=\"…\"".
    void open(std::string_view name, std::string_view attributes = "");
    void close(std::string_view name);
    /// An element with text.
    void text(std::string_view name, std::string_view value);
    void empty(std::string_view name);

    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

/// " xmlns=\"uri\"", or nothing for no URI.
std::string xmlns_attribute(std::string_view uri, std::string_view prefix = "");

}  // namespace orrery::aws
