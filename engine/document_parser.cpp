// Turns yaml-cpp's events into DocumentNodes: places, anchors, and everything that is refused.
#include "engine/document.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

namespace orrery {

namespace {

constexpr std::size_t most_bytes = std::size_t{64} << 20;
constexpr std::size_t most_nodes = 2'000'000;
constexpr std::size_t most_levels = 400;

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Places of offsets into a text. Cheap if asked for rising offsets, as a parser does.
class Places {
public:
    Places(std::string_view text, const std::string& file) : text_(text) {
        start_.file = file;
        start_.line = 1;
        start_.column = 1;
        at_ = start_;
    }

    Location of(std::size_t offset) {
        if (offset < offset_) {
            offset_ = 0;
            at_ = start_;
        }
        for (const std::size_t end = std::min(offset, text_.size()); offset_ < end; ++offset_) {
            if (text_[offset_] == '\n') {
                ++at_.line;
                at_.column = 1;
            } else if (!is_continuation(text_[offset_])) {
                ++at_.column;
            }
        }
        return at_;
    }

private:
    std::string_view text_;
    std::size_t offset_ = 0;
    Location start_;
    Location at_;
};

/// The length of the UTF-8 character that `text` begins with, or 0 if it begins with none.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation(text[i])) {
            return 0;
        }
    }
    const unsigned second = byte(1);
    const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool surrogate = first == 0xED && second >= 0xA0;
    const bool beyond = first == 0xF4 && second >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

void check_characters(std::string_view text, const std::string& file) {
    for (std::size_t offset = 0; offset < text.size();) {
        const char c = text[offset];
        // YAML forbids control characters; yaml-cpp would take 0x04 for the end of the file.
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t') {
            throw UsageError(Places(text, file).of(offset),
                             "a control character; this must be text");
        }
        const std::size_t length = utf8_length(text.substr(offset));
        if (length == 0) {
            throw UsageError(Places(text, file).of(offset), "this is not UTF-8 text");
        }
        offset += length;
    }
}

std::size_t levels(const DocumentNode& node) {
    std::size_t deepest = 0;
    for (const DocumentNode& item : node.items) {
        deepest = std::max(deepest, levels(item));
    }
    for (const auto& [key, value] : node.members) {
        deepest = std::max(deepest, levels(value));
    }
    return deepest + 1;
}

std::size_t count_nodes(const DocumentNode& node) {
    std::size_t count = 1;
    for (const DocumentNode& item : node.items) {
        count += count_nodes(item);
    }
    for (const auto& [key, value] : node.members) {
        count += 1 + count_nodes(value);
    }
    return count;
}

class Builder : public YAML::EventHandler {
public:
    Builder(std::string_view text, const std::string& file) : text_(text), places_(text, file) {}

    DocumentNode take() { return std::move(root_); }
    Location place(const YAML::Mark& mark) {
        return places_.of(mark.is_null() ? 0 : static_cast<std::size_t>(mark.pos));
    }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (seen_) {
            throw UsageError(place(mark),
                             "text after the end of the document: one file holds one document");
        }
        seen_ = true;
        last_ = place(mark);
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        DocumentNode node;
        // For a value left out, yaml-cpp tells the place of whatever comes next.
        node.where = is_written(mark) ? place(mark) : last_;
        add(std::move(node), anchor);
    }

    void OnScalar(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  const std::string& value) override {
        DocumentNode node = make(DocumentNode::Kind::scalar, mark, tag);
        node.quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
        node.text = value;
        add(std::move(node), anchor);
    }

    void OnSequenceStart(const YAML::Mark& mark,
                         const std::string& tag,
                         YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(make(DocumentNode::Kind::sequence, mark, tag), anchor);
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark,
                    const std::string& tag,
                    YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(make(DocumentNode::Kind::mapping, mark, tag), anchor);
    }
    void OnMapEnd() override { close(); }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchored_.find(anchor);
        if (found == anchored_.end()) {
            throw UsageError(place(mark), "an alias of a node that contains it");
        }
        if (open_.size() + levels(found->second) > most_levels) {
            throw UsageError(place(mark), "aliases nested too deep");
        }
        count(count_nodes(found->second), place(mark));
        last_ = place(mark);
        put(found->second, last_);
    }

private:
    /// A collection that is not complete yet.
    struct Open {
        DocumentNode node;
        YAML::anchor_t anchor = 0;
        std::optional<DocumentNode> key;
        std::map<std::string, int, std::less<>> key_lines;
    };

    DocumentNode make(DocumentNode::Kind kind, const YAML::Mark& mark, const std::string& tag) {
        DocumentNode node;
        node.kind = kind;
        node.where = place(mark);
        const bool plain =
            tag.empty() || tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:str";
        constexpr std::string_view core = "tag:yaml.org,2002:";
        if (tag.starts_with(core) && !plain) {
            node.tag = "!!" + tag.substr(core.size());
        } else if (!plain) {
            node.tag = tag;
        }
        last_ = node.where;
        return node;
    }

    /// Whether a null stands in the text at `mark`, as ~ or null, perhaps with an anchor.
    bool is_written(const YAML::Mark& mark) const {
        const std::string_view rest =
            text_.substr(std::min(static_cast<std::size_t>(mark.pos), text_.size()));
        if (rest.starts_with('&')) {
            return true;
        }
        for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
            if (!rest.starts_with(word)) {
                continue;
            }
            const std::string_view after = rest.substr(word.size());
            return after.empty() ||
                   std::string_view(" \t\r\n,]}").find(after.front()) != std::string_view::npos;
        }
        return false;
    }

    void count(std::size_t nodes, const Location& where) {
        nodes_ += nodes;
        if (nodes_ > most_nodes) {
            throw UsageError(
                where, "more than " + std::to_string(most_nodes) + " nodes, aliases expanded");
        }
    }

    void add(DocumentNode node, YAML::anchor_t anchor) {
        const Location where = node.where;
        count(1, where);
        remember(node, anchor);
        put(std::move(node), where);
    }

    void open(DocumentNode node, YAML::anchor_t anchor) {
        count(1, node.where);
        if (open_.size() == most_levels) {
            throw UsageError(node.where,
                             "nested more than " + std::to_string(most_levels) + " deep");
        }
        Open collection;
        collection.node = std::move(node);
        collection.anchor = anchor;
        open_.push_back(std::move(collection));
    }

    void close() {
        Open collection = std::move(open_.back());
        open_.pop_back();
        const Location where = collection.node.where;
        remember(collection.node, collection.anchor);
        put(std::move(collection.node), where);
    }

    void remember(const DocumentNode& node, YAML::anchor_t anchor) {
        if (anchor == YAML::NullAnchor) {
            return;
        }
        count(count_nodes(node), node.where);
        anchored_[anchor] = node;
    }

    /// Hangs a complete node where it belongs; `where` is its place, or its alias's.
    void put(DocumentNode node, const Location& where) {
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& parent = open_.back();
        if (parent.node.is_sequence()) {
            parent.node.items.push_back(std::move(node));
        } else if (parent.key) {
            parent.node.members.push_back({std::move(*parent.key), std::move(node)});
            parent.key.reset();
        } else {
            check_key(node, where, parent);
            parent.key = std::move(node);
        }
    }

    static void check_key(const DocumentNode& key, const Location& where, Open& parent) {
        if (!key.is_scalar() || !key.tag.empty()) {
            throw UsageError(where, "a key must be text, without a tag");
        }
        if (key.text == "<<" && !key.quoted) {
            throw UsageError(
                where,
                "merge keys (<<) are not supported: repeat the keys, or alias the whole value");
        }
        const auto [first, added] = parent.key_lines.emplace(key.text, where.line);
        if (!added) {
            throw UsageError(where,
                             "duplicate key '" + key.text + "'; it first stands in line " +
                                 std::to_string(first->second));
        }
    }

    std::string_view text_;
    Places places_;
    DocumentNode root_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, DocumentNode> anchored_;
    std::size_t nodes_ = 0;
    Location last_;  // of the last node that stands in the text
    bool seen_ = false;
};

std::string syntax_message(const YAML::ParserException& error) {
    if (error.msg.starts_with(YAML::ErrorMsg::INVALID_UNICODE)) {
        return "a \\u escape that is no character; write a character outside the first 65,536 as "
               "itself";
    }
    return error.msg;
}

[[noreturn]] void too_large(const std::string& file) {
    throw UsageError(Location{file, 0, 0}, "larger than 64 MiB");
}

}  // namespace

DocumentNode parse_document(std::string_view text, const std::string& file) {
    if (text.size() > most_bytes) {
        too_large(file);
    }
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
    }
    check_characters(text, file);
    Builder builder(text, file);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        // The second round finds nothing, or a second document, which the builder refuses.
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const YAML::DeepRecursion& error) {
        throw UsageError(builder.place(error.mark),
                         "nested more than " + std::to_string(most_levels) + " deep");
    } catch (const YAML::ParserException& error) {
        throw UsageError(builder.place(error.mark), syntax_message(error));
    }
    DocumentNode root = builder.take();
    if (root.where.line == 0) {
        root.where = {file, 1, 1};
    }
    return root;
}

DocumentNode read_document(const std::filesystem::path& path) {
    const std::string name = path.string();
    const Location whole{name, 0, 0};
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        throw UsageError(whole, "this is a folder, not a file");
    }
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        throw UsageError(whole, std::string("cannot be read: ") + std::strerror(errno));
    }
    std::string text;
    std::array<char, 65536> block;
    while (text.size() <= most_bytes && stream) {
        stream.read(block.data(), block.size());
        text.append(block.data(), static_cast<std::size_t>(stream.gcount()));
    }
    if (stream.bad()) {
        throw UsageError(whole, "cannot be read to its end");
    }
    return parse_document(text, name);
}

}  // namespace orrery
