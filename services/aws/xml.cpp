#include "services/aws/xml.h"

namespace orrery::aws {

namespace {

/// U+FFFE and U+FFFF are no characters of XML either.
bool is_noncharacter(std::string_view text, std::size_t at) {
    return text.size() - at >= 3 && text[at] == '\xEF' && text[at + 1] == '\xBF' &&
           (text[at + 2] == '\xBE' || text[at + 2] == '\xBF');
}

}  // namespace

void append_xml_text(std::string& out, std::string_view text) {
    constexpr std::string_view replacement = "\xEF\xBF\xBD";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\r': out += "&#xD;"; break;  // a reader would make it a line feed
            case '\t':
            case '\n': out += c; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    out += replacement;
                } else if (is_noncharacter(text, i)) {
                    out += replacement;
                    i += 2;
                } else {
                    out += c;
                }
        }
    }
}

XmlWriter::XmlWriter(std::string_view declaration) : out_(declaration) {}

void XmlWriter::open(std::string_view name, std::string_view attributes) {
    out_.append("<").append(name).append(attributes).append(">");
}

void XmlWriter::close(std::string_view name) {
    out_.append("</").append(name).append(">");
}

void XmlWriter::text(std::string_view name, std::string_view value) {
    open(name);
    append_xml_text(out_, value);
    close(name);
}

void XmlWriter::empty(std::string_view name) {
    out_.append("<").append(name).append("/>");
}

std::string xmlns_attribute(std::string_view uri, std::string_view prefix) {
    if (uri.empty()) {
        return "";
    }
    std::string attribute = " xmlns";
    attribute.append(prefix.empty() ? "" : ":").append(prefix).append("=\"");
    append_xml_text(attribute, uri);
    return attribute + "\"";
}

}  // namespace orrery::aws
