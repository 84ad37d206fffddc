/// A YAML or JSON file as a tree in which every node knows its line and column. Reads text; gives
/// it no meaning.
#pragma once

#include "engine/error.h"
#include "engine/json.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery {

struct DocumentNode {
    enum class Kind : std::uint8_t { null, scalar, sequence, mapping };

    Kind kind = Kind::null;
    std::string tag;      // "!Ref" for a node so tagged, else empty; "!!str" is taken as quoting
    std::string text;     // a scalar's text
    bool quoted = false;  // a scalar written in quotes or as a block: always a string
    std::vector<DocumentNode> items;
    struct Member;
    std::vector<Member> members;  // in file order; keys are scalars
    Location
        where;  // columns count characters, not bytes; a value left out stands where its key does

    /// The member called `key`, or nullptr.
    const DocumentNode* find(std::string_view key) const;
    bool is_mapping() const { return kind == Kind::mapping; }
    bool is_sequence() const { return kind == Kind::sequence; }
    bool is_scalar() const { return kind == Kind::scalar; }

    /// Gives a tagged node its value; `value` is what it would be without the tag. May throw
    /// UsageError.
    using TagRule = std::function<Json(const DocumentNode& node, Json value)>;
    /// The value with plain scalars typed as YAML 1.2's core schema does (null, true, 12,
    /// 0x1f, 1.5): yes, no, on and off are strings, unlike in YAML 1.1. Two deviations keep what
    /// was written: digits with a leading zero (account 000000000000) and integers of more than 64
    /// bits stay strings. A tagged scalar's value is its text. Without a rule any tag is a
    /// UsageError.
    Json to_json(const TagRule& rule = {}) const;
};

struct DocumentNode::Member {
    DocumentNode key;
    DocumentNode value;
};

/// Parses YAML (and so JSON), in UTF-8. `file` names the source in errors. Aliases are expanded: an
/// aliased node keeps the place of its anchor. Throws UsageError: syntax, duplicate keys, keys that
/// are no scalars, several documents, merge keys (<<), recursive aliases, surrogate pairs written
/// as \u escapes (yaml-cpp knows none), nesting deeper than 400, more than 2,000,000 nodes after
/// expansion, or more than 64 MiB of text.
DocumentNode parse_document(std::string_view text, const std::string& file);
/// Reads and parses a file. Errors name the file as `path` is written.
DocumentNode read_document(const std::filesystem::path& path);

/// Checks that `node` is a mapping with only `allowed` keys; else a UsageError that names the
/// nearest allowed one.
void expect_keys(const DocumentNode& node,
                 const std::vector<std::string_view>& allowed,
                 std::string_view what);

/// The member of `candidates` that is nearest to `word` by edit distance, case aside, or "" if none
/// is near.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);
/// How an error about an unknown `word` goes on: "; did you mean 'messages'?", or else "; allowed:
/// body, messages", or nothing if there is no candidate.
std::string suggestion(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace orrery
