#include "tests/tidy/source.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace orrery::tidy {

namespace {

class Blanked {
public:
    Blanked(std::string_view source, Keep keep) : source_(source), keep_(keep) {
        while (at_ < source_.size()) {
            next();
        }
    }
    const std::string& text() const { return out_; }

private:
    bool here(std::string_view token) const { return source_.substr(at_).starts_with(token); }

    void next() {
        if (here("//")) {
            blank_until(source_.find('\n', at_));
        } else if (here("/*")) {
            blank_until(after(source_.find("*/", at_ + 2), 2));
        } else if (here("R\"")) {
            const auto open = source_.find('(', at_);
            const std::string closing =
                ")" + std::string(source_.substr(at_ + 2, open - at_ - 2)) + "\"";
            literal_until(after(source_.find(closing, open), closing.size()));
        } else if (here("\"")) {
            literal_until(quoted_end('"'));
        } else if (here("'") && (at_ == 0 || !is_word_character(source_[at_ - 1]))) {
            literal_until(quoted_end('\''));
        } else {
            out_ += source_[at_++];
        }
    }

    static std::size_t after(std::size_t found, std::size_t length) {
        return found == std::string_view::npos ? found : found + length;
    }

    std::size_t quoted_end(char quote) const {
        std::size_t end = at_ + 1;
        while (end < source_.size() && source_[end] != quote && source_[end] != '\n') {
            end += source_[end] == '\\' ? 2U : 1U;
        }
        return end + 1;
    }

    void blank_until(std::size_t end) {
        for (end = std::min(end, source_.size()); at_ < end; ++at_) {
            out_ += source_[at_] == '\n' ? '\n' : ' ';
        }
    }

    void literal_until(std::size_t end) {
        if (keep_ == Keep::code_only) {
            blank_until(end);
            return;
        }
        for (end = std::min(end, source_.size()); at_ < end; ++at_) {
            out_ += source_[at_];
        }
    }

    std::string_view source_;
    Keep keep_;
    std::size_t at_ = 0;
    std::string out_;
};

bool is_text(const std::filesystem::path& path) {
    const std::string name = path.filename().string();
    return path.extension().empty() || ends_with_any(name,
                                                     {".h",
                                                      ".cpp",
                                                      ".md",
                                                      ".txt",
                                                      ".py",
                                                      ".js",
                                                      ".mjs",
                                                      ".sh",
                                                      ".yaml",
                                                      ".json",
                                                      ".cmake"});
}

}  // namespace

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> endings) {
    return std::any_of(
        endings.begin(), endings.end(), [&](auto ending) { return text.ends_with(ending); });
}

bool is_cpp(const File& file) {
    return ends_with_any(file.path, {".h", ".cpp"});
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    std::string part;
    std::istringstream stream{std::string(text)};
    while (std::getline(stream, part, separator)) {
        parts.push_back(part);
    }
    return parts;
}

std::size_t line_at(std::string_view text, std::size_t position) {
    return 1 + static_cast<std::size_t>(
                   std::count(text.begin(), text.begin() + static_cast<long>(position), '\n'));
}

bool is_word_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::vector<std::size_t> places_of(std::string_view name, std::string_view text) {
    std::vector<std::size_t> places;
    for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const char before = at == 0 ? ' ' : text[at - 1];
        const bool member = before == '.' || (before == '>' && at > 1 && text[at - 2] == '-');
        const char after = at + name.size() < text.size() ? text[at + name.size()] : ' ';
        const bool word = is_word_character(name.front()) || name.front() == '/';
        const bool begins = !word || (!is_word_character(before) && !member);
        const bool ends = !is_word_character(name.back()) || !is_word_character(after);
        if (begins && ends) {
            places.push_back(at);
        }
    }
    return places;
}

std::string blanked(std::string_view source, Keep keep) {
    return Blanked(source, keep).text();
}

Tree read_tree(const std::string& root_folder) {
    Tree tree;
    const std::filesystem::path root = root_folder;
    std::vector<std::string> folders = floors;
    folders.insert(folders.end(), {"docs", ".ci"});
    for (const std::string& folder : folders) {
        if (!std::filesystem::exists(root / folder)) {
            continue;
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
            if (entry.is_regular_file() && is_text(entry.path())) {
                std::ifstream stream(entry.path(), std::ios::binary);
                std::ostringstream text;
                text << stream.rdbuf();
                tree.push_back(
                    {entry.path().lexically_relative(root).generic_string(), text.str()});
            }
        }
    }
    std::sort(tree.begin(), tree.end(), [](const File& left, const File& right) {
        return left.path < right.path;
    });
    return tree;
}

}  // namespace orrery::tidy
