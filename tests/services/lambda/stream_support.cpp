#include "tests/services/lambda/stream_support.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>
#include <utility>

namespace orrery::lambda::test {

namespace {

using Waiting = std::vector<std::weak_ptr<std::function<void()>>>;

struct FakeWatch final : StreamWatch {
    std::shared_ptr<std::function<void()>> waiting;
};

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> words;
    for (std::string word; in >> word;) {
        words.push_back(word);
    }
    return words;
}

class FakeSource final : public StreamSource {
public:
    explicit FakeSource(FakeStream& stream) : stream_(stream) {}

    StreamKind kind() const override { return stream_.kind; }
    std::string arn() const override { return "arn:aws:kinesis:us-east-1:000000000000:stream/s"; }
    bool exists() const override { return !stream_.gone; }
    Duration poll_interval() const override { return stream_.interval; }

    std::vector<StreamShard> shards() override {
        std::vector<StreamShard> shards;
        for (const auto& each : stream_.shards) {
            shards.push_back(each.shard);
        }
        return shards;
    }
    std::uint64_t begin(std::string_view shard,
                        StartingPosition position,
                        Instant timestamp) override {
        const auto& records = stream_.find(shard)->records;
        if (position == StartingPosition::trim_horizon) {
            return 1;
        }
        if (position == StartingPosition::latest) {
            return records.size() + 1;
        }
        const auto found = std::find_if(records.begin(), records.end(), [&](const auto& record) {
            return record.arrived >= timestamp;
        });
        return static_cast<std::uint64_t>(found - records.begin()) + 1;
    }
    std::uint64_t after(std::string_view, std::string_view sequence_number) override {
        return std::stoul(std::string(sequence_number)) - 1000 + 1;
    }
    std::string sequence_number(std::string_view, std::uint64_t record) const override {
        return std::to_string(1000 + record);
    }

    StreamRead read(std::string_view shard, std::uint64_t from, std::size_t most) override {
        stream_.reads.push_back(stream_.world.loop.now() - stream_.world.loop.start());
        const FakeStream::Shard& found = *stream_.find(shard);
        StreamRead read;
        read.next = from;
        if (stream_.throttled_until && *stream_.throttled_until > stream_.world.loop.now()) {
            read.throttled_until = stream_.throttled_until;
            return read;
        }
        if (from <= found.trimmed) {
            read.trimmed = true;
            read.next = found.trimmed + 1;
        }
        for (; read.next <= found.records.size() && read.records.size() < most; ++read.next) {
            const auto& record = found.records[read.next - 1];
            read.records.push_back({read.next, record.arrived, record.key});
        }
        read.ended = found.shard.closed && read.next > found.records.size();
        return read;
    }

    std::unique_ptr<StreamWatch> watch(std::string_view shard,
                                       std::uint64_t from,
                                       std::function<void()> changed) override {
        const FakeStream::Shard& found = *stream_.find(shard);
        auto token = std::make_unique<FakeWatch>();
        token->waiting = std::make_shared<std::function<void()>>(std::move(changed));
        if (found.records.size() >= from || found.shard.closed) {
            stream_.world.loop.post([waiting = std::weak_ptr(token->waiting)] {
                if (const auto fire = waiting.lock()) {
                    (*fire)();
                }
            });
        } else {
            stream_.waiting.push_back(token->waiting);
        }
        return token;
    }
    std::unique_ptr<StreamWatch> watch_shards(std::function<void()> changed) override {
        auto token = std::make_unique<FakeWatch>();
        token->waiting = std::make_shared<std::function<void()>>(std::move(changed));
        stream_.waiting_for_shards.push_back(token->waiting);
        return token;
    }

    bool append_record(std::string_view shard,
                       std::uint64_t record,
                       std::string_view role,
                       std::string& json) const override {
        const FakeStream::Shard* found = stream_.find(shard);
        if (found == nullptr || record <= found->trimmed) {
            return false;
        }
        const FakeStream::Record& each = found->records[record - 1];
        json += Json{
            {"kinesis",
             {{"partitionKey", each.key},
              {"sequenceNumber", std::to_string(1000 + record)},
              {"data", std::string(stream_.bytes, 'x')}}},
            {"id", each.id},
            {"invokeIdentityArn",
             role}}.dump();
        return true;
    }

private:
    FakeStream& stream_;
};

}  // namespace

FakeStream::Shard* FakeStream::find(std::string_view shard) {
    const auto found = std::find_if(
        shards.begin(), shards.end(), [&](const Shard& each) { return each.shard.id == shard; });
    return found == shards.end() ? nullptr : &*found;
}

void FakeStream::open(const std::string& shard, std::vector<std::string> parents) {
    shards.push_back({{shard, std::move(parents), false}, {}, 0});
    wake(waiting_for_shards);
}

void FakeStream::close(const std::string& shard) {
    find(shard)->shard.closed = true;
    wake(waiting);
}

void FakeStream::put(const std::string& ids, const std::string& key, const std::string& shard) {
    for (const std::string& id : words_of(ids)) {
        find(shard)->records.push_back({key.empty() ? id : key, id, world.loop.now()});
    }
    wake(waiting);
}

void FakeStream::trim(std::uint64_t count, const std::string& shard) {
    find(shard)->trimmed = count;
}

void FakeStream::remove() {
    gone = true;
    shards.clear();
    wake(waiting_for_shards);
}

void FakeStream::wake(Waiting& ones) {
    for (const auto& waiting_one : std::exchange(ones, {})) {
        world.loop.post([waiting_one] {
            if (const auto fire = waiting_one.lock()) {
                (*fire)();
            }
        });
    }
}

struct StreamBench::Logs : LogWriter {
    void append(std::string_view, std::string_view, std::string_view) override {}
};

StreamBench::StreamBench()
    : runtime(world),
      handler([](const Json&) { return success(); }),
      logs_(std::make_unique<Logs>()),
      functions(world, aws::Identity{}, runtime, *logs_),
      stream(world),
      poller(std::make_unique<StreamPoller>(
          world,
          functions,
          [this](std::string_view arn, EventMessage message) {
              return targets.send(arn, std::move(message));
          },
          std::make_unique<FakeSource>(stream))) {
    FunctionConfiguration function;
    function.name = "f";
    function.runtime = "python3.12";
    functions.simulate("f", {0s, 10ms});
    functions.add(function).latest().description.role = "arn:aws:iam::000000000000:role/r";
    settings.uuid = "m";
    settings.function.name = "f";
    settings.function_arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
    settings.batch_size = 100;
    stream.open("s0");
    runtime.handler = [this](const Invocation& invocation) {
        const Json event = Json::parse(invocation.payload);
        std::string text = ids_of(event);
        if (event.value("isFinalInvokeForWindow", false)) {
            text = event["isWindowTerminatedEarly"] == true ? "early" : "final";
        }
        batches_.push_back(text + "@" + format_duration(now()));
        return std::optional(handler(event));
    };
}

StreamBench::~StreamBench() = default;

Duration StreamBench::run_until_idle() {
    world.loop.run_until_idle(world.loop.now() + 100h);
    return now();
}

std::vector<Json> StreamBench::events() const {
    std::vector<Json> events;
    for (const std::string& payload : runtime.payloads) {
        events.push_back(Json::parse(payload));
    }
    return events;
}

void StreamBench::fail_with(const std::string& ids) {
    handler = [poisons = words_of(ids)](const Json& event) {
        for (const std::string& id : words_of(ids_of(event))) {
            if (std::find(poisons.begin(), poisons.end(), id) != poisons.end()) {
                return error("Boom", "no");
            }
        }
        return success();
    };
}

std::vector<Json> StreamBench::reports() const {
    std::vector<Json> reports;
    if (const auto found = targets.sent.find("dlq"); found != targets.sent.end()) {
        for (const EventMessage& message : found->second) {
            reports.push_back(Json::parse(message.body));
        }
    }
    return reports;
}

std::vector<std::string> StreamBench::traced(const std::string& kind,
                                             const std::string& field) const {
    std::vector<std::string> values;
    for (std::uint64_t index = 0; index < world.trace.size(); ++index) {
        const TraceEvent event = world.trace[index];
        if (event.kind == kind) {
            const Json value = Json::parse(event.data).at(field);
            values.push_back(value.is_string() ? value.get<std::string>() : value.dump());
        }
    }
    return values;
}

std::string ids_of(const Json& event) {
    std::string text;
    for (const Json& record : event.at("Records")) {
        text += (text.empty() ? "" : " ") + record.at("id").get<std::string>();
    }
    return text;
}

Outcome reported(const Json& event, const std::string& ids) {
    Json failures = Json::array();
    const std::vector<std::string> failed = words_of(ids);
    for (const Json& record : event.at("Records")) {
        if (std::find(failed.begin(), failed.end(), record.at("id")) != failed.end()) {
            failures.push_back({{"itemIdentifier", record["kinesis"]["sequenceNumber"]}});
        }
    }
    return success(Json{{"batchItemFailures", failures}}.dump());
}

}  // namespace orrery::lambda::test
