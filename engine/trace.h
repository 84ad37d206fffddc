/// The single record of a run: every observable happening, in order. Timelines, expectations and
/// reports are views of it.
#pragma once

#include "engine/json.h"
#include "engine/time.h"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

class Loop;

/// One named value of a trace event. Refers to the caller's text: use it as a temporary only.
class TraceField {
public:
    TraceField(std::string_view name, std::string_view text)
        : name_(name), type_(Type::text), text_(text) {}
    TraceField(std::string_view name, const char* text)
        : TraceField(name, std::string_view(text)) {}
    TraceField(std::string_view name, const std::string& text)
        : TraceField(name, std::string_view(text)) {}
    TraceField(std::string_view name, bool value)
        : name_(name), type_(Type::boolean), number_(value ? 1 : 0) {}
    template <typename Integer>
    requires std::is_integral_v<Integer> TraceField(std::string_view name, Integer value)
        : name_(name), type_(Type::integer), number_(static_cast<std::int64_t>(value)) {}
    /// In seconds or fractions, as text: "1m30s".
    TraceField(std::string_view name, Duration value)
        : name_(name), type_(Type::duration), number_(value.count()) {}
    TraceField(std::string_view name, Instant value)
        : name_(name), type_(Type::instant), number_(value.time_since_epoch().count()) {}
    TraceField(std::string_view name, const std::vector<std::string>& texts)
        : name_(name), type_(Type::texts), texts_(&texts) {}

    std::string_view name() const { return name_; }
    void append_value(std::string& out) const;

private:
    enum class Type : std::uint8_t { text, boolean, integer, duration, instant, texts };

    std::string_view name_;
    Type type_;
    std::int64_t number_ = 0;
    std::string_view text_;
    const std::vector<std::string>* texts_ = nullptr;
};

/// One happening. The views stay valid as long as the Trace.
struct TraceEvent {
    Instant at;
    std::uint64_t sequence = 0;  // counts from 0
    std::string_view
        source;             // the resource it happened to: "sqs/Orders", "lambda/RegisterCustomer"
    std::string_view kind;  // what happened: "sqs.message.sent"
    std::string_view data;  // a canonical JSON object: keys in order, no blanks

    Json json() const;
    /// The canonical JSON Lines form, without the line's end.
    std::string line() const;
};

class Trace {
public:
    /// `loop` says when an event happens; it must outlive the trace.
    explicit Trace(const Loop& loop);
    ~Trace();
    Trace(const Trace&) = delete;
    Trace& operator=(const Trace&) = delete;

    void record(std::string_view source,
                std::string_view kind,
                std::initializer_list<TraceField> fields);
    void record(std::string_view source, std::string_view kind, const Json& data);

    using Observer = std::function<void(const TraceEvent&)>;
    /// Calls `observer` for every event from now on. An observer must not record.
    void observe(Observer observer);

    std::uint64_t size() const { return count_; }
    /// How many events were kept: the first ones of size().
    std::uint64_t kept() const { return records_.size(); }
    /// Event number `index` of those kept.
    TraceEvent operator[](std::uint64_t index) const;
    /// Events are kept for reading by default; without, only the fingerprint and the count go on
    /// (benchmarks).
    void keep_events(bool keep) { keep_ = keep; }

    /// 32 hexadecimal digits over the canonical lines so far (XXH3, 128 bits): equal fingerprints,
    /// equal runs.
    std::string fingerprint() const;

private:
    struct Record {
        Instant at;
        const std::string* source;
        const std::string* kind;
        std::string_view data;
    };
    struct Hash;

    void append(std::string_view source, std::string_view kind, std::string_view data);
    std::string_view store(std::string_view text);
    const std::string& intern(std::string_view text);

    const Loop& loop_;
    std::unique_ptr<Hash> hash_;
    std::vector<Record> records_;
    std::map<std::string, std::unique_ptr<std::string>, std::less<>> names_;
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::size_t block_used_ = 0;
    std::size_t block_size_ = 0;
    std::vector<Observer> observers_;
    std::string scratch_;
    std::string line_;
    std::uint64_t count_ = 0;
    bool keep_ = true;
};

/// Appends `text` to `out` as a JSON string with its quotes; bytes that are not UTF-8 become
/// U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace orrery
