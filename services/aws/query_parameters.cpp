#include "services/aws/query_parameters.h"

#include "services/aws/canonical.h"
#include "services/aws/encoding.h"
#include "services/aws/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

namespace orrery::aws {

namespace {

struct Node {
    std::optional<std::string> value;
    std::map<std::string, Node, std::less<>> children;

    const Node* find(std::string_view name) const {
        const auto found = children.find(name);
        return found == children.end() ? nullptr : &found->second;
    }
};

bool is_number(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The children with numbers for names, in the numbers' order.
std::vector<const Node*> numbered(const Node& node) {
    std::vector<std::pair<std::string_view, const Node*>> found;
    for (const auto& [name, child] : node.children) {
        if (is_number(name)) {
            std::string_view digits = name;
            digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
            found.emplace_back(digits, &child);
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.first.size() != b.first.size() ? a.first.size() < b.first.size()
                                                : a.first < b.first;
    });
    std::vector<const Node*> nodes;
    for (const auto& [digits, child] : found) {
        nodes.push_back(child);
    }
    return nodes;
}

Node tree_of(const std::vector<FormField>& fields) {
    Node root;
    for (const auto& [name, value] : fields) {
        Node* node = &root;
        std::size_t depth = 0;
        for (std::size_t begin = 0; begin <= name.size();) {
            if (++depth > deepest_nesting) {
                throw ApiError("MalformedInput", "The request is nested too deeply.");
            }
            const std::size_t end = std::min(name.find('.', begin), name.size());
            node = &node->children[name.substr(begin, end - begin)];
            begin = end + 1;
        }
        node->value = value;
    }
    return root;
}

class QueryReader {
public:
    explicit QueryReader(QueryDialect dialect) : dialect_(dialect) {}

    Json structure(const Node& node, const Shape& shape) const {
        Json result = Json::object();
        for (const Member& member : shape.members) {
            if (const Node* child = find_member(node, member)) {
                result[member.name] = read(*child, member);
            }
        }
        return result;
    }

private:
    const Node* find_member(const Node& node, const Member& member) const {
        // A flattened list goes by the name of its elements [botocore serialize.QuerySerializer].
        if (is_flat(member) && member.shape->kind == ShapeKind::list) {
            if (const Node* found = node.find(member.shape->element.query_name)) {
                return found;
            }
        }
        return node.find(member.query_name);
    }

    bool is_flat(const Member& member) const {
        return member.flattened ||
               (dialect_ == QueryDialect::ec2 && member.shape->kind == ShapeKind::list);
    }

    Json read(const Node& node, const Member& member) const {
        const Shape& shape = *member.shape;
        switch (shape.kind) {
            case ShapeKind::structure: return structure(node, shape);
            case ShapeKind::list: return list(node, member);
            case ShapeKind::map: return map(node, member);
            default: return scalar(node, member);
        }
    }

    Json list(const Node& node, const Member& member) const {
        const Member& element = member.shape->element;
        const Node* items = &node;
        if (!is_flat(member)) {
            const Node* named = node.find(element.query_name);
            items = named != nullptr ? named : node.find("member");
        }
        Json result = Json::array();
        for (const Node* each : items == nullptr ? std::vector<const Node*>{} : numbered(*items)) {
            result.push_back(read(*each, element));
        }
        // SQS takes AttributeName=All for AttributeName.1=All. [choice: older clients do it]
        if (result.empty() && node.value && !node.value->empty() && node.children.empty()) {
            result.push_back(read(node, element));
        }
        return result;
    }

    Json map(const Node& node, const Member& member) const {
        const Shape& shape = *member.shape;
        const Node* entries = is_flat(member) ? &node : node.find("entry");
        Json result = Json::object();
        std::vector<const Node*> given =
            entries == nullptr ? std::vector<const Node*>{} : numbered(*entries);
        // A single entry may go without its number. [docs: TagQueue of SQS: Tag.Key, Tag.Value]
        if (given.empty() && entries != nullptr && entries->find(shape.key.query_name) != nullptr) {
            given.push_back(entries);
        }
        for (const Node* each : given) {
            const Node* key = each->find(shape.key.query_name);
            const Node* value = each->find(shape.value.query_name);
            if (key == nullptr || !key->value || value == nullptr) {
                throw ApiError("MalformedInput",
                               "Each entry of " + member.query_name + " needs a " +
                                   shape.key.query_name + " and a " + shape.value.query_name + ".");
            }
            result[*key->value] = read(*value, shape.value);
        }
        return result;
    }

    static Json scalar(const Node& node, const Member& member) {
        if (!node.value) {
            malformed(member, "");
        }
        const std::string& text = *node.value;
        switch (member.shape->kind) {
            case ShapeKind::boolean:
                if (text != "true" && text != "false") {
                    malformed(member, text);
                }
                return text == "true";
            case ShapeKind::integer: return number<std::int32_t>(text, member);
            case ShapeKind::long_integer: return number<std::int64_t>(text, member);
            case ShapeKind::floating: return number<double>(text, member);
            case ShapeKind::timestamp: {
                const std::optional<double> seconds = parse_timestamp(text);
                if (!seconds) {
                    malformed(member, text);
                }
                return *seconds;
            }
            case ShapeKind::blob:
                if (!decode_base64(text)) {
                    malformed(member, text);
                }
                return text;
            default: return text;
        }
    }

    template <typename Number>
    static Json number(const std::string& text, const Member& member) {
        Number value{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size() ||
            !std::isfinite(static_cast<double>(value))) {
            malformed(member, text);
        }
        return value;
    }

    [[noreturn]] static void malformed(const Member& member, const std::string& text) {
        constexpr std::size_t longest = 100;
        throw ApiError("MalformedInput",
                       "Value " + text.substr(0, longest) + " for parameter " +
                           (member.query_name.empty() ? member.name : member.query_name) +
                           " is malformed.");
    }

    QueryDialect dialect_;
};

}  // namespace

Json parse_query_parameters(const std::vector<FormField>& fields,
                            const Shape& input,
                            QueryDialect dialect) {
    return QueryReader(dialect).structure(tree_of(fields), input);
}

}  // namespace orrery::aws
