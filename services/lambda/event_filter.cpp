#include "services/lambda/event_filter.h"

#include "services/aws/encoding.h"
#include "services/aws/form.h"
#include "services/lambda/filter_rule.h"
#include "services/lambda/json_text.h"

#include <algorithm>
#include <optional>

namespace orrery::lambda {

namespace {

using Value = std::optional<std::string_view>;  // nothing: the record does not have it

/// What is below a field of a pattern.
enum class Content : std::uint8_t {
    fields,   // more fields
    rules,    // a list of rules
    document  // fields of the JSON text that the record's sender wrote
};

struct PatternNode;

struct Field {
    std::string key;
    Content content = Content::rules;
    bool of_sender = false;  // the field that has what the record's sender wrote
    std::vector<FilterRule> rules;
    std::vector<PatternNode> node;  // one, if there are fields
};

/// An object of a pattern: all of its fields must match, and of each "$or" one alternative.
struct PatternNode {
    std::vector<Field> fields;
    std::vector<std::vector<PatternNode>> alternatives;
};

// Compiling.

/// Which field of a record has what its sender wrote. [docs: invocation-eventfiltering]
std::string_view sender_key(FilteredSource source) {
    switch (source) {
        case FilteredSource::sqs: return "body";
        case FilteredSource::kinesis: return "data";
        case FilteredSource::dynamodb: return "dynamodb";
    }
    return {};
}

/// "$or" is an ordinary key unless it has two objects at least, without operators' names.
/// [aws/event-ruler README]
bool is_alternatives(std::string_view key, std::string_view value) {
    if (key != "$or" || !is_array(value)) {
        return false;
    }
    std::size_t objects = 0;
    std::string scratch;
    for (JsonParts elements(value); elements.next(); ++objects) {
        if (!is_object(elements.value())) {
            return false;
        }
        for (JsonParts members(elements.value()); members.next();) {
            if (is_filter_operator(string_text(members.key(), scratch))) {
                return false;
            }
        }
    }
    return objects >= 2;
}

PatternNode compile(std::string_view object, std::string_view sender);

Field compile_field(std::string key, std::string_view value, std::string_view sender) {
    Field field;
    field.of_sender = key == sender;
    field.key = std::move(key);
    if (is_object(value)) {
        field.content = Content::fields;
        field.node.push_back(compile(value, {}));
        return field;
    }
    if (!is_array(value)) {
        invalid_pattern();
    }
    for (JsonParts elements(value); elements.next();) {
        field.rules.push_back(FilterRule::compile(elements.value()));
    }
    if (field.rules.empty()) {
        invalid_pattern();
    }
    return field;
}

/// `sender` is the key of what the sender wrote; empty where it cannot be.
PatternNode compile(std::string_view object, std::string_view sender) {
    PatternNode node;
    std::string scratch;
    for (JsonParts members(object); members.next();) {
        const std::string key(string_text(members.key(), scratch));
        // Of a key that is there twice the last one counts. [docs: invocation-eventfiltering]
        std::erase_if(node.fields, [&](const Field& field) { return field.key == key; });
        if (is_alternatives(key, members.value())) {
            node.alternatives.assign(1, {});
            for (JsonParts elements(members.value()); elements.next();) {
                node.alternatives.back().push_back(compile(elements.value(), sender));
            }
        } else {
            node.fields.push_back(compile_field(key, members.value(), sender));
        }
    }
    if (node.fields.empty() && node.alternatives.empty()) {
        invalid_pattern();
    }
    return node;
}

/// What streams' records hold is JSON, so that there can be no rules for it as a whole. [docs:
/// invocation-eventfiltering, under each source]
void mark_documents(PatternNode& node, FilteredSource source) {
    for (Field& field : node.fields) {
        if (!field.of_sender) {
            continue;
        }
        if (field.content == Content::rules && source != FilteredSource::sqs) {
            invalid_pattern();
        }
        if (field.content == Content::fields && source != FilteredSource::dynamodb) {
            field.content = Content::document;
        }
    }
    for (std::vector<PatternNode>& alternatives : node.alternatives) {
        for (PatternNode& alternative : alternatives) {
            mark_documents(alternative, source);
        }
    }
}

// Matching.

/// Whether `visit` is true of something in `value` that is no array.
template <typename Visit>
bool any_element(std::string_view value, const Visit& visit) {
    for (JsonLeaves leaves(value); leaves.next();) {
        if (visit(leaves.value())) {
            return true;
        }
    }
    return false;
}

/// Of an array one element has to match. What is an object is no value: rules about presence are of
/// leaves only. [docs: eb-create-pattern-operators; LS test_dynamodb_event_filter]
bool rules_match(const std::vector<FilterRule>& rules, const Value& value) {
    bool present = false;
    const auto matches = [&](std::string_view element) {
        if (is_object(element)) {
            return false;
        }
        present = true;
        return std::any_of(rules.begin(), rules.end(), [&](const FilterRule& rule) {
            return rule.about() == FilterRule::About::value && rule.matches(element);
        });
    };
    if (value && any_element(*value, matches)) {
        return true;
    }
    return std::any_of(rules.begin(), rules.end(), [present](const FilterRule& rule) {
        return rule.about() == FilterRule::About::presence && rule.wants_value() == present;
    });
}

class Matcher {
public:
    explicit Matcher(FilteredSource source) : source_(source) {}

    bool matches(const PatternNode& node, const Value& value);

private:
    bool object_matches(const PatternNode& node, const Value& object);
    bool field_matches(const Field& field, const Value& value);
    const Value& sent();

    FilteredSource source_;
    Value written_;  // what the sender wrote, as the record has it
    bool decoded_ = false;
    std::string text_;  // decoded
    Value document_;    // as JSON; nothing: it is none
};

/// Of an array one element has to match as a whole. [aws/event-ruler README]
bool Matcher::matches(const PatternNode& node, const Value& value) {
    bool objects = false;
    const auto one = [&](std::string_view element) {
        if (!is_object(element)) {
            return false;
        }
        objects = true;
        return object_matches(node, element);
    };
    return (value && any_element(*value, one)) || (!objects && object_matches(node, {}));
}

bool Matcher::object_matches(const PatternNode& node, const Value& object) {
    std::vector<Value> found(node.fields.size());
    std::string scratch;
    if (object) {
        for (JsonParts members(*object); members.next();) {
            const std::string_view key = string_text(members.key(), scratch);
            for (std::size_t index = 0; index < found.size(); ++index) {
                if (node.fields[index].key == key) {
                    found[index] = members.value();
                }
            }
        }
    }
    for (std::size_t index = 0; index < found.size(); ++index) {
        if (!field_matches(node.fields[index], found[index])) {
            return false;
        }
    }
    return std::all_of(
        node.alternatives.begin(), node.alternatives.end(), [&](const auto& alternatives) {
            return std::any_of(
                alternatives.begin(), alternatives.end(), [&](const PatternNode& alternative) {
                    return object_matches(alternative, object);
                });
        });
}

/// A text that is no JSON does not match fields, one that is does not match rules. [docs:
/// invocation-eventfiltering, under each source]
bool Matcher::field_matches(const Field& field, const Value& value) {
    if (!field.of_sender || source_ == FilteredSource::dynamodb) {
        return field.content == Content::rules ? rules_match(field.rules, value)
                                               : matches(field.node.front(), value);
    }
    written_ = value;
    if (field.content == Content::document) {
        return sent() && matches(field.node.front(), sent());
    }
    return !sent() && rules_match(field.rules, value);
}

/// What the sender wrote, if that is JSON: an object or an array. Decoded when it is first needed.
const Value& Matcher::sent() {
    if (decoded_ || !written_ || !is_string(*written_)) {
        return document_;
    }
    decoded_ = true;
    std::string_view text = string_text(*written_, text_);
    if (source_ == FilteredSource::kinesis) {
        const auto bytes = aws::decode_base64(text);
        if (!bytes || !aws::is_utf8(*bytes)) {
            return document_;
        }
        text_ = *bytes;
        text = text_;
    }
    document_ = json_value(text);
    if (document_ && !is_object(*document_) && !is_array(*document_)) {
        document_.reset();
    }
    return document_;
}

/// Where the fields are that a pattern can name: a record of Kinesis is filtered as the stream has
/// it, without what Lambda adds. [docs: with-kinesis-filtering]
Value fields_of(std::string_view record, FilteredSource source) {
    if (source != FilteredSource::kinesis) {
        return record;
    }
    for (JsonParts members(record); members.next();) {
        if (members.key() == "\"kinesis\"") {
            return members.value();
        }
    }
    return std::nullopt;
}

}  // namespace

struct EventFilter::Compiled {
    FilteredSource source;
    std::vector<PatternNode> alternatives;
    bool everything = false;  // one of the patterns is {}
};

EventFilter::EventFilter(std::vector<std::string> patterns, FilteredSource source)
    : patterns_(std::move(patterns)) {
    auto compiled = std::make_shared<Compiled>();
    compiled->source = source;
    for (const std::string& pattern : patterns_) {
        const Value object = json_value(pattern);
        if (!object || !is_object(*object)) {
            invalid_pattern();
        }
        if (JsonParts members(*object); !members.next()) {
            compiled->everything = true;  // it asks for nothing. [choice]
            continue;
        }
        compiled->alternatives.push_back(compile(*object, sender_key(source)));
        mark_documents(compiled->alternatives.back(), source);
    }
    compiled_ = std::move(compiled);
}

bool EventFilter::admits(std::string_view record) const {
    if (patterns_.empty() || compiled_->everything) {
        return true;
    }
    const Value fields = fields_of(record, compiled_->source);
    Matcher matcher(compiled_->source);
    return std::any_of(compiled_->alternatives.begin(),
                       compiled_->alternatives.end(),
                       [&](const PatternNode& node) { return matcher.matches(node, fields); });
}

}  // namespace orrery::lambda
