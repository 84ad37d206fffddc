#include "scenarios/language/values.h"

#include "engine/trace.h"
#include "services/aws/model.h"
#include "services/aws/readable_payload.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace orrery {

namespace {

/// Who reads the `${...}` of a text after us.
enum class Reader : std::uint8_t { nobody, substitution };

struct RandomRange {
    std::int64_t low = 0;
    std::int64_t high = 0;
};

std::string_view without_blanks(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    const auto last = text.find_last_not_of(' ');
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, last - first + 1);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    text = without_blanks(text);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

/// "random.int(1,9)"
std::optional<RandomRange> parse_range(std::string_view name) {
    constexpr std::string_view opening = "random.int(";
    if (!name.starts_with(opening) || !name.ends_with(')')) {
        return std::nullopt;
    }
    name.remove_prefix(opening.size());
    name.remove_suffix(1);
    const auto comma = name.find(',');
    if (comma == std::string_view::npos) {
        return std::nullopt;
    }
    const auto low = parse_integer(name.substr(0, comma));
    const auto high = parse_integer(name.substr(comma + 1));
    if (!low || !high || *low > *high) {
        return std::nullopt;
    }
    return RandomRange{*low, *high};
}

/// The N of "text(N)".
std::optional<std::size_t> parse_text_length(std::string_view name) {
    constexpr std::string_view opening = "text(";
    constexpr std::int64_t most = 6'000'000;
    if (!name.starts_with(opening) || !name.ends_with(')')) {
        return std::nullopt;
    }
    const auto length =
        parse_integer(name.substr(opening.size(), name.size() - opening.size() - 1));
    return length && *length >= 0 && *length <= most
               ? std::optional(static_cast<std::size_t>(*length))
               : std::nullopt;
}

/// Calls `replace` for what stands in each `${...}`; nothing returned leaves it as it is.
template <typename Replace>
std::string replace_placeholders(const std::string& text, const Replace& replace) {
    std::string result;
    std::size_t position = 0;
    while (true) {
        const auto begin = text.find("${", position);
        const auto end = begin == std::string::npos ? begin : text.find('}', begin);
        if (end == std::string::npos) {
            return result + text.substr(position);
        }
        result.append(text, position, begin - position);
        const std::string_view name(text.data() + begin + 2, end - begin - 2);
        const std::optional<std::string> value = replace(name);
        result += value ? *value : text.substr(begin, end - begin + 1);
        position = end + 1;
    }
}

std::string draw(const RandomRange& range, RandomStream& random) {
    const auto low = static_cast<std::uint64_t>(range.low);
    const std::uint64_t values = static_cast<std::uint64_t>(range.high) - low + 1;
    const std::uint64_t offset = values == 0 ? random.next() : random.below(values);
    return std::to_string(static_cast<std::int64_t>(low + offset));
}

bool is_substitution(const DocumentNode& node) {
    return node.tag == "!Sub";
}

/// Visits every node that can hold text, with who reads its text after us.
template <typename Node, typename Visit>
void visit_texts(Node& node, Reader reader, const Visit& visit) {
    if (is_substitution(node)) {
        reader = Reader::substitution;
    }
    if (node.is_scalar()) {
        visit(node, reader);
    }
    for (auto& item : node.items) {
        visit_texts(item, reader, visit);
    }
    for (auto& [key, value] : node.members) {
        visit(key, reader);
        visit_texts(value, key.text == "Fn::Sub" ? Reader::substitution : reader, visit);
    }
}

void check_placeholder(std::string_view name,
                       const Location& where,
                       Reader reader,
                       Placeholders allowed) {
    const std::string text(name);
    if (name == "i") {
        if (allowed != Placeholders::random_and_index) {
            throw UsageError(
                where, "${i} counts the happenings of a step with 'repeat', which this one lacks");
        }
        return;
    }
    if (name.starts_with("random.")) {
        if (!parse_range(name)) {
            throw UsageError(
                where,
                "'${" + text +
                    "}' is not understood: write ${random.int(1,9)}, the lower number first");
        }
        return;
    }
    if (parse_text_length(name)) {
        return;
    }
    if (reader == Reader::nobody && !name.starts_with('!')) {
        throw UsageError(where,
                         "there is no placeholder '${" + text +
                             "}', only ${i}, ${random.int(a,b)} and ${text(n)}, n at most 6000000; "
                             "write ${!" +
                             text + "} for the text itself, or !Sub for a resource's name");
    }
}

struct JsonText {
    std::string_view operation;
    std::string_view path;  // '*' stands for any element of a list
};

/// Where AWS takes a string that usually holds JSON.
constexpr std::array json_texts{
    JsonText{"lambda.Invoke", "Payload"},
    JsonText{"sqs.CreateQueue", "Attributes/Policy"},
    JsonText{"sqs.CreateQueue", "Attributes/RedriveAllowPolicy"},
    JsonText{"sqs.CreateQueue", "Attributes/RedrivePolicy"},
    JsonText{"sqs.SendMessage", "MessageBody"},
    JsonText{"sqs.SendMessageBatch", "Entries/*/MessageBody"},
    JsonText{"sqs.SetQueueAttributes", "Attributes/Policy"},
    JsonText{"sqs.SetQueueAttributes", "Attributes/RedriveAllowPolicy"},
    JsonText{"sqs.SetQueueAttributes", "Attributes/RedrivePolicy"},
};

bool is_json_text(std::string_view operation, std::string_view path) {
    return std::any_of(json_texts.begin(), json_texts.end(), [&](const JsonText& entry) {
        return entry.operation == operation && entry.path == path;
    });
}

std::string dump(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Null for one that has no model.
const aws::Operation* find_operation(std::string_view name) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    const aws::Model* model = aws::find_model(name.substr(0, dot));
    return model == nullptr ? nullptr
                            : model->find_operation(name.substr(std::min(dot + 1, name.size())));
}

class Renderer {
public:
    Renderer(const Resolve& resolve, std::string_view operation)
        : resolve_(resolve), operation_(operation) {}

    Json value(const DocumentNode& node, const std::string& path) const {
        if (is_reference(node)) {
            return resolve_(node);
        }
        if (!node.is_mapping() && !node.is_sequence()) {
            return node.to_json();
        }
        if (is_json_text(operation_, path)) {
            std::string text;
            append_text(text, node);
            return text;
        }
        return node.is_mapping() ? object(node, path) : list(node, path);
    }

private:
    Json object(const DocumentNode& node, const std::string& path) const {
        Json object = Json::object();
        for (const auto& [key, member] : node.members) {
            object[key.text] = value(member, path.empty() ? key.text : path + "/" + key.text);
        }
        return object;
    }

    Json list(const DocumentNode& node, const std::string& path) const {
        Json list = Json::array();
        for (const DocumentNode& item : node.items) {
            list.push_back(value(item, path + "/*"));
        }
        return list;
    }

    void append_text(std::string& out, const DocumentNode& node) const {
        if (is_reference(node)) {
            out += dump(resolve_(node));
        } else if (node.is_mapping()) {
            char separator = '{';
            for (const auto& [key, member] : node.members) {
                out += separator;
                append_json_string(out, key.text);
                out += ':';
                append_text(out, member);
                separator = ',';
            }
            out += node.members.empty() ? "{}" : "}";
        } else if (node.is_sequence()) {
            char separator = '[';
            for (const DocumentNode& item : node.items) {
                out += separator;
                append_text(out, item);
                separator = ',';
            }
            out += node.items.empty() ? "[]" : "]";
        } else {
            out += dump(node.to_json());
        }
    }

    const Resolve& resolve_;
    std::string_view operation_;
};

}  // namespace

void check_placeholders(const DocumentNode& node, Placeholders allowed) {
    visit_texts(node, Reader::nobody, [&](const DocumentNode& text, Reader reader) {
        replace_placeholders(text.text, [&](std::string_view name) -> std::optional<std::string> {
            check_placeholder(name, text.where, reader, allowed);
            return std::nullopt;
        });
    });
}

DocumentNode fill_placeholders(const DocumentNode& node, Occurrence& occurrence) {
    DocumentNode filled = node;
    visit_texts(filled, Reader::nobody, [&](DocumentNode& text, Reader reader) {
        text.text = replace_placeholders(
            text.text, [&](std::string_view name) -> std::optional<std::string> {
                if (name == "i") {
                    return std::to_string(occurrence.index);
                }
                if (const auto range = parse_range(name)) {
                    return draw(*range, occurrence.random);
                }
                if (const auto length = parse_text_length(name)) {
                    return std::string(*length, 'x');
                }
                if (reader == Reader::nobody && name.starts_with('!')) {
                    return "${" + std::string(name.substr(1)) + "}";
                }
                return std::nullopt;
            });
    });
    return filled;
}

bool is_reference(const DocumentNode& node) {
    if (!node.tag.empty()) {
        return true;
    }
    if (!node.is_mapping() || node.members.size() != 1) {
        return false;
    }
    const std::string& key = node.members.front().key.text;
    return key == "Ref" || key.starts_with("Fn::");
}

Json render(const DocumentNode& node, const Resolve& resolve, std::string_view operation) {
    Json value = Renderer(resolve, operation).value(node, "");
    if (const aws::Operation* found = find_operation(operation); found && found->input) {
        aws::encode_payload(value, *found->input);
    }
    return value;
}

}  // namespace orrery
