#include "engine/trace.h"

#include "engine/ensure.h"
#include "engine/loop.h"
#include "engine/writing.h"

#include <nlohmann/json.hpp>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace orrery {

namespace {

constexpr std::size_t block_bytes = 1 << 20;

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

char* write_escape(char* to, char letter) {
    switch (letter) {
        case '"': return writing::text(to, "\\\"");
        case '\\': return writing::text(to, "\\\\");
        case '\n': return writing::text(to, "\\n");
        case '\r': return writing::text(to, "\\r");
        case '\t': return writing::text(to, "\\t");
        case '\b': return writing::text(to, "\\b");
        case '\f': return writing::text(to, "\\f");
        default: break;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(letter);
    to = writing::text(to, "\\u00");
    *to++ = digits[byte >> 4];
    *to++ = digits[byte & 15];
    return to;
}

bool plain(char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte >= 0x20 && byte < 0x80 && letter != '"' && letter != '\\';
}

/// What no plain letter begins: an escape, or a letter beyond ASCII.
char* write_special(char* to, std::string_view& text) {
    if (static_cast<unsigned char>(text[0]) < 0x80) {
        to = write_escape(to, text[0]);
        text.remove_prefix(1);
    } else if (const std::size_t length = utf8_sequence_length(text); length > 0) {
        to = writing::text(to, text.substr(0, length));
        text.remove_prefix(length);
    } else {
        to = writing::text(to, "\xEF\xBF\xBD");
        text.remove_prefix(1);
    }
    return to;
}

/// A bit for each of eight letters that is not plain, its highest; after the lowest one set others
/// may be set too.
std::uint64_t special_letters(std::uint64_t word) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t highs = 0x8080808080808080;
    const std::uint64_t quote = word ^ (ones * '"');
    const std::uint64_t backslash = word ^ (ones * '\\');
    // A byte's high bit is set where subtracting borrowed: below 0x20, or equal to the letter
    // sought.
    return ((word - ones * 0x20) | (quote - ones) | (backslash - ones) | word) & highs;
}

/// How many bytes so many of a text's bytes take at most, with what write_letters() writes beyond
/// its end.
constexpr std::size_t most_letters(std::size_t bytes) {
    return 6 * bytes + sizeof(std::uint64_t);
}

/// The letters of a JSON string. Eight at a time: most of what is traced is plain throughout.
char* write_letters(char* to, std::string_view text) {
    static_assert(std::endian::native == std::endian::little);
    while (text.size() >= sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), sizeof word);
        std::memcpy(to, &word, sizeof word);
        const std::uint64_t special = special_letters(word);
        const std::size_t run =
            special == 0 ? sizeof word : static_cast<std::size_t>(std::countr_zero(special)) / 8;
        to += run;
        text.remove_prefix(run);
        if (special != 0) {
            to = write_special(to, text);
        }
    }
    while (!text.empty()) {
        if (plain(text[0])) {
            *to++ = text[0];
            text.remove_prefix(1);
        } else {
            to = write_special(to, text);
        }
    }
    return to;
}

constexpr std::size_t most_string(std::size_t bytes) {
    return most_letters(bytes) + 2;
}

char* write_json_string(char* to, std::string_view text) {
    *to++ = '"';
    to = write_letters(to, text);
    *to++ = '"';
    return to;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    constexpr std::size_t short_text = 1024;
    if (text.size() <= short_text) {
        writing::append(out, most_string(text.size()), [text](char* to) {
            return write_json_string(to, text);
        });
        return;
    }
    // Few letters take six bytes: a long text is written in parts, which end between letters.
    out += '"';
    while (!text.empty()) {
        std::size_t part = std::min(text.size(), short_text);
        while (part < text.size() && (static_cast<unsigned char>(text[part]) & 0xC0U) == 0x80) {
            ++part;
        }
        writing::append(out, most_letters(part), [&](char* to) {
            return write_letters(to, text.substr(0, part));
        });
        text.remove_prefix(part);
    }
    out += '"';
}

void TraceField::append_value(std::string& out) const {
    switch (type_) {
        case Type::text: append_json_string(out, text_); break;
        case Type::boolean: out += number_ != 0 ? "true" : "false"; break;
        case Type::integer:
            writing::append(out, writing::integer_bytes, [this](char* to) {
                return writing::integer(to, number_);
            });
            break;
        case Type::duration: append_json_string(out, format_duration(Duration(number_))); break;
        case Type::instant: append_json_string(out, iso8601(Instant(Duration(number_)))); break;
        case Type::texts: {
            std::size_t most = 2;
            for (const std::string& text : *texts_) {
                most += most_string(text.size()) + 1;
            }
            writing::append(out, most, [this](char* to) {
                *to++ = '[';
                for (const std::string& text : *texts_) {
                    to = writing::text(to, &text == texts_->data() ? "" : ",");
                    to = write_json_string(to, text);
                }
                *to++ = ']';
                return to;
            });
            break;
        }
    }
}

namespace {

std::size_t most_line(const TraceEvent& event) {
    constexpr std::size_t names = 64;
    return names + 2 * writing::integer_bytes + event.data.size() + most_string(event.kind.size()) +
           most_string(event.source.size());
}

char* write_line(char* to, const TraceEvent& event) {
    to = writing::text(to, "{\"at\":");
    to = writing::integer(to, event.at.time_since_epoch().count());
    to = writing::text(to, ",\"data\":");
    to = writing::text(to, event.data);
    to = writing::text(to, ",\"kind\":");
    to = write_json_string(to, event.kind);
    to = writing::text(to, ",\"seq\":");
    to = writing::integer(to, static_cast<std::int64_t>(event.sequence));
    to = writing::text(to, ",\"source\":");
    to = write_json_string(to, event.source);
    *to++ = '}';
    return to;
}

}  // namespace

Json TraceEvent::json() const {
    return Json::parse(data);
}

std::string TraceEvent::line() const {
    std::string text;
    writing::append(text, most_line(*this), [this](char* to) { return write_line(to, *this); });
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
        const std::string_view name = sorted[index]->name();
        writing::append(scratch_, most_string(name.size()) + 2, [&](char* to) {
            to = writing::text(to, index > 0 ? "," : "");
            to = write_json_string(to, name);
            return writing::text(to, ":");
        });
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
    // As long as the longest line so far.
    line_.resize(std::max(line_.size(), most_line(event)));
    const char* end = writing::text(write_line(line_.data(), event), "\n");
    XXH3_128bits_update(hash_->state, line_.data(), static_cast<std::size_t>(end - line_.data()));
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
