#include "scenarios/language/stub_answer.h"

#include "engine/error.h"
#include "scenarios/language/event_view.h"
#include "scenarios/language/matching.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <string_view>
#include <vector>

namespace orrery {

namespace {

constexpr std::string_view opening = "${";
constexpr std::string_view text_of = "text(";
constexpr std::uint64_t longest_text = 6'000'000;

/// Between the "${" at `begin` and its "}". Throws UsageError.
std::string_view expression_at(std::string_view text, std::size_t begin, const Location& where) {
    const auto end = text.find('}', begin);
    if (end == std::string_view::npos) {
        throw UsageError(where, "'${' without '}'");
    }
    return text.substr(begin + opening.size(), end - begin - opening.size());
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(' ');
    return begin == std::string_view::npos
               ? std::string_view()
               : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole ? std::optional(number) : std::nullopt;
}

/// The N of "text(N)".
std::optional<std::uint64_t> text_length(std::string_view term) {
    if (!term.starts_with(text_of) || !term.ends_with(')')) {
        return std::nullopt;
    }
    const auto length = whole_number(term.substr(text_of.size(), term.size() - text_of.size() - 1));
    return length && *length <= longest_text ? length : std::nullopt;
}

std::vector<std::string_view> terms_of(std::string_view expression) {
    std::vector<std::string_view> terms;
    std::size_t begin = 0;
    for (auto plus = expression.find('+'); plus != std::string_view::npos;
         plus = expression.find('+', begin)) {
        terms.push_back(trimmed(expression.substr(begin, plus - begin)));
        begin = plus + 1;
    }
    terms.push_back(trimmed(expression.substr(begin)));
    return terms;
}

void check_expression(std::string_view expression, const Location& where) {
    for (const std::string_view term : terms_of(expression)) {
        const bool known = term == "records" || term == "event" || term.starts_with("event.") ||
                           whole_number(term) || text_length(term);
        if (!known) {
            throw UsageError(where,
                             "'${" + std::string(expression) + "}': '" + std::string(term) +
                                 "' is none of event.a.b, records, a whole number and text(N), N "
                                 "at most " +
                                 std::to_string(longest_text));
        }
    }
}

void check_node(const DocumentNode& node) {
    for (auto at = node.text.find(opening); at != std::string::npos;
         at = node.text.find(opening, at + 1)) {
        check_expression(expression_at(node.text, at, node.where), node.where);
    }
    for (const DocumentNode& item : node.items) {
        check_node(item);
    }
    for (const auto& [key, value] : node.members) {
        check_node(value);
    }
}

bool has_placeholders(const DocumentNode& node) {
    const auto within = [](const auto& member) { return has_placeholders(member.value); };
    return node.text.find(opening) != std::string::npos ||
           std::any_of(node.items.begin(), node.items.end(), has_placeholders) ||
           std::any_of(node.members.begin(), node.members.end(), within);
}

/// Answers one event.
class Answering {
public:
    explicit Answering(const std::string& event) : text_(event) {}

    std::string text(const StubAnswer& answer) const {
        Json value = answer.value.to_json();
        fill(value, answer.value.where);
        if (answer.failed_items || answer.failed_items_from) {
            if (!value.is_object()) {
                value = Json::object();
            }
            value["batchItemFailures"] = failures(answer);
        }
        return value.dump(-1, ' ', false, Json::error_handler_t::replace);
    }

private:
    /// Read only where it matters.
    const Json& event() const {
        if (!event_) {
            event_ = event_view(text_);
        }
        return *event_;
    }

    Json records() const {
        return event().is_object() ? event().value("Records", Json::array()) : Json::array();
    }

    Json failures(const StubAnswer& answer) const {
        Json list = Json::array();
        bool all = false;
        for (const Json& record : records()) {
            all = all || (answer.failed_items_from &&
                          !find_difference(*answer.failed_items_from, &record, "record"));
            if (all || (answer.failed_items &&
                        !find_difference(*answer.failed_items, &record, "record"))) {
                list.push_back({{"itemIdentifier", record_identifier(record)}});
            }
        }
        return list;
    }

    void fill(Json& value, const Location& where) const {
        if (value.is_structured()) {
            for (Json& inner : value) {
                fill(inner, where);
            }
        } else if (value.is_string()) {
            value = filled(value.get<std::string>(), where);
        }
    }

    /// A text that is one placeholder becomes what that stands for; in others it becomes text.
    Json filled(const std::string& text, const Location& where) const {
        std::string out;
        std::size_t done = 0;
        for (auto at = text.find(opening); at != std::string::npos; at = text.find(opening, done)) {
            const std::string_view expression = expression_at(text, at, where);
            const std::size_t length = opening.size() + expression.size() + 1;
            const Json value = evaluate(expression, where);
            if (length == text.size()) {
                return value;
            }
            out.append(text, done, at - done);
            out += value.is_string() ? value.get<std::string>()
                   : value.is_null() ? ""
                                     : value.dump();
            done = at + length;
        }
        return out.append(text, done);
    }

    Json evaluate(std::string_view expression, const Location& where) const {
        const auto terms = terms_of(expression);
        if (terms.size() == 1) {
            return value_of(terms.front());
        }
        std::int64_t sum = 0;
        for (const std::string_view term : terms) {
            const Json value = value_of(term);
            if (!value.is_null() && !value.is_number_integer()) {
                throw UsageError(where,
                                 "'${" + std::string(expression) + "}': " + std::string(term) +
                                     " is " + preview(value) + ", which cannot be added");
            }
            sum += value.is_null() ? 0 : value.get<std::int64_t>();
        }
        return sum;
    }

    Json value_of(std::string_view term) const {
        if (term == "records") {
            return records().size();
        }
        if (const auto number = whole_number(term)) {
            return *number;
        }
        if (const auto length = text_length(term)) {
            return std::string(*length, 'x');
        }
        const Json* value = &event();
        for (auto dot = term.find('.'); dot != std::string_view::npos && value != nullptr;
             dot = term.find('.')) {
            term.remove_prefix(dot + 1);
            const auto member = value->is_object()
                                    ? value->find(std::string(term.substr(0, term.find('.'))))
                                    : value->end();
            value = member == value->end() ? nullptr : &*member;
        }
        return value == nullptr ? Json() : *value;
    }

    const std::string& text_;
    mutable std::optional<Json> event_;
};

}  // namespace

std::function<std::string(const std::string& event)> make_answer(StubAnswer answer) {
    check_node(answer.value);
    if (!has_placeholders(answer.value) && !answer.failed_items && !answer.failed_items_from) {
        return [text = answer.value.to_json().dump()](const std::string&) { return text; };
    }
    return [answer = std::move(answer)](const std::string& event) {
        return Answering(event).text(answer);
    };
}

}  // namespace orrery
