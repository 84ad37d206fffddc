#include "engine/trace.h"

#include "engine/ensure.h"
#include "engine/loop.h"

#include <nlohmann/json.hpp>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace orrery {

namespace {

constexpr std::size_t block_bytes = 1 << 20;

void append_integer(std::string& out, std::int64_t value) {
    std::array<char, 24> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), end);
}

/// The length of the well-formed UTF-8 sequence at the start of `text`, or 0.
std::size_t utf8_sequence_length(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    std::size_t length = 0;
    unsigned code = 0;
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead < 0xE0) {
        length = 2;
        code = lead & 0x1FU;
    } else if (lead >= 0xE0 && lead < 0xF0) {
        length = 3;
        code = lead & 0x0FU;
    } else if (lead >= 0xF0 && lead < 0xF5) {
        length = 4;
        code = lead & 0x07U;
    }
    if (length == 0 || text.size() < length) {
        return 0;
    }
    for (std::size_t index = 1; index < length; ++index) {
        const auto byte = static_cast<unsigned char>(text[index]);
        if ((byte & 0xC0U) != 0x80) {
            return 0;
        }
        code = code << 6 | (byte & 0x3FU);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool outside = (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF;
    return overlong || outside ? 0 : length;
}

void append_escaped(std::string& out, char letter) {
    switch (letter) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        case '\b': out += "\\b"; return;
        case '\f': out += "\\f"; return;
        default: break;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(letter);
    out += "\\u00";
    out += digits[byte >> 4];
    out += digits[byte & 15];
}

bool plain(char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte >= 0x20 && byte < 0x80 && letter != '"' && letter != '\\';
}

/// How many letters at the start need no escape. Eight at a time: most of what is traced is plain
/// throughout, and this was a sixth of the time that a message took.
std::size_t plain_length(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t highs = 0x8080808080808080;
    std::size_t length = 0;
    while (length + sizeof(std::uint64_t) <= text.size()) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + length, sizeof word);
        const std::uint64_t quote = word ^ (ones * '"');
        const std::uint64_t backslash = word ^ (ones * '\\');
        // A byte's high bit is set where subtracting borrowed: below 0x20, or equal to the letter
        // sought. A false alarm after a true one does no harm.
        const std::uint64_t special =
            (word - ones * 0x20) | (quote - ones) | (backslash - ones) | word;
        if ((special & highs) != 0) {
            break;
        }
        length += sizeof word;
    }
    while (length < text.size() && plain(text[length])) {
        ++length;
    }
    return length;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const std::size_t run = plain_length(text);
        out.append(text.substr(0, run));
        text.remove_prefix(run);
        if (text.empty()) {
            break;
        }
        if (static_cast<unsigned char>(text[0]) < 0x80) {
            append_escaped(out, text[0]);
            text.remove_prefix(1);
        } else if (const std::size_t length = utf8_sequence_length(text); length > 0) {
            out.append(text.substr(0, length));
            text.remove_prefix(length);
        } else {
            out += "\xEF\xBF\xBD";
            text.remove_prefix(1);
        }
    }
    out += '"';
}

void TraceField::append_value(std::string& out) const {
    switch (type_) {
        case Type::text: append_json_string(out, text_); break;
        case Type::boolean: out += number_ != 0 ? "true" : "false"; break;
        case Type::integer: append_integer(out, number_); break;
        case Type::duration: append_json_string(out, format_duration(Duration(number_))); break;
        case Type::instant: append_json_string(out, iso8601(Instant(Duration(number_)))); break;
        case Type::texts: {
            char separator = '[';
            for (const std::string& text : *texts_) {
                out += separator;
                append_json_string(out, text);
                separator = ',';
            }
            out += texts_->empty() ? "[]" : "]";
            break;
        }
    }
}

namespace {

void append_line(std::string& out, const TraceEvent& event) {
    out += "{\"at\":";
    append_integer(out, event.at.time_since_epoch().count());
    out += ",\"data\":";
    out += event.data;
    out += ",\"kind\":";
    append_json_string(out, event.kind);
    out += ",\"seq\":";
    append_integer(out, static_cast<std::int64_t>(event.sequence));
    out += ",\"source\":";
    append_json_string(out, event.source);
    out += '}';
}

}  // namespace

Json TraceEvent::json() const {
    return Json::parse(data);
}

std::string TraceEvent::line() const {
    std::string text;
    append_line(text, *this);
    return text;
}

struct Trace::Hash {
    Hash() : state(XXH3_createState()) { XXH3_128bits_reset(state); }
    ~Hash() { XXH3_freeState(state); }
    Hash(const Hash&) = delete;
    Hash& operator=(const Hash&) = delete;

    XXH3_state_t* state;
};

Trace::Trace(const Loop& loop) : loop_(loop), hash_(std::make_unique<Hash>()) {}
Trace::~Trace() = default;

void Trace::record(std::string_view source,
                   std::string_view kind,
                   std::initializer_list<TraceField> fields) {
    constexpr std::size_t most = 16;
    ENSURE(fields.size() <= most);
    std::array<const TraceField*, most> sorted{};
    std::size_t count = 0;
    for (const TraceField& field : fields) {
        sorted[count++] = &field;
    }
    std::sort(sorted.begin(),
              sorted.begin() + count,
              [](const TraceField* left, const TraceField* right) {
                  return left->name() < right->name();
              });
    scratch_.assign(1, '{');
    for (std::size_t index = 0; index < count; ++index) {
        if (index > 0) {
            scratch_ += ',';
        }
        append_json_string(scratch_, sorted[index]->name());
        scratch_ += ':';
        sorted[index]->append_value(scratch_);
    }
    scratch_ += '}';
    append(source, kind, scratch_);
}

void Trace::record(std::string_view source, std::string_view kind, const Json& data) {
    ENSURE(data.is_object());
    append(source, kind, data.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void Trace::append(std::string_view source, std::string_view kind, std::string_view data) {
    TraceEvent event{loop_.now(), count_++, source, kind, data};
    line_.clear();
    append_line(line_, event);
    line_ += '\n';
    XXH3_128bits_update(hash_->state, line_.data(), line_.size());
    if (keep_) {
        records_.push_back({event.at, &intern(source), &intern(kind), store(data)});
        event = (*this)[records_.size() - 1];
    }
    for (const Observer& observer : observers_) {
        observer(event);
    }
}

void Trace::observe(Observer observer) {
    observers_.push_back(std::move(observer));
}

TraceEvent Trace::operator[](std::uint64_t index) const {
    ENSURE(index < records_.size());
    const Record& record = records_[index];
    return {record.at, index, *record.source, *record.kind, record.data};
}

std::string_view Trace::store(std::string_view text) {
    if (block_used_ + text.size() > block_size_) {
        block_size_ = std::max(block_bytes, text.size());
        blocks_.push_back(std::make_unique<char[]>(block_size_));
        block_used_ = 0;
    }
    char* place = blocks_.back().get() + block_used_;
    std::memcpy(place, text.data(), text.size());
    block_used_ += text.size();
    return {place, text.size()};
}

const std::string& Trace::intern(std::string_view text) {
    auto found = names_.find(text);
    if (found == names_.end()) {
        found = names_.emplace(text, std::make_unique<std::string>(text)).first;
    }
    return *found->second;
}

std::string Trace::fingerprint() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(hash_->state);
    std::array<char, 33> text{};
    std::snprintf(text.data(),
                  text.size(),
                  "%016llx%016llx",
                  static_cast<unsigned long long>(hash.high64),
                  static_cast<unsigned long long>(hash.low64));
    return text.data();
}

}  // namespace orrery
