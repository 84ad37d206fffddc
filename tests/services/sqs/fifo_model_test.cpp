// A FIFO queue against the plainest thing that follows the same rules: a list that is searched.

#include "engine/random.h"
#include "services/sqs/queue.h"
#include "tests/services/sqs/support.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <list>
#include <map>

using namespace orrery;
using namespace orrery::sqs;

namespace {

struct PlainMessage {
    std::string group;
    std::string body;
    Instant sent;
    Instant visible_from;
    std::uint64_t handle = 0;
};

/// Looks at every message each time it is asked.
class PlainFifo {
public:
    explicit PlainFifo(Duration retention) : retention_(retention) {}

    void expire(Instant now) {
        messages_.remove_if(
            [&](const PlainMessage& message) { return message.sent + retention_ <= now; });
        forget_groups();
    }

    void send(Instant now, const std::string& group, const std::string& body, Duration delay) {
        messages_.push_back({group, body, now, now + delay});
        if (!places_.contains(group)) {
            places_[group] = ++last_place_;
        }
    }

    Bodies receive(Instant now,
                   std::size_t max,
                   Duration visibility,
                   const std::vector<Receipt>& real) {
        std::vector<std::pair<int, std::string>> line;
        for (const auto& [group, place] : places_) {
            line.emplace_back(place, group);
        }
        std::sort(line.begin(), line.end());
        Bodies got;
        for (const auto& [place, group] : line) {
            bool held_back = false;
            bool taken = false;
            bool left = false;
            for (PlainMessage& message : messages_) {
                if (message.group != group) {
                    continue;
                }
                const bool visible = message.visible_from <= now;
                held_back = held_back || !visible || got.size() == max;
                if (held_back) {
                    left = left || visible;
                    continue;
                }
                message.visible_from = now + visibility;
                message.handle = got.size() < real.size() ? real[got.size()].handle : 0;
                got.push_back(message.body);
                taken = true;
            }
            if (taken && !left) {
                places_[group] = ++last_place_;
            }
        }
        return got;
    }

    bool remove(Instant now, std::uint64_t handle) {
        const bool removed = messages_.remove_if([&](const PlainMessage& message) {
            return message.handle == handle && message.visible_from > now;
        }) > 0;
        forget_groups();
        return removed;
    }

    bool change(Instant now, std::uint64_t handle, Duration timeout) {
        for (PlainMessage& message : messages_) {
            if (message.handle == handle && message.visible_from > now) {
                message.visible_from = now + timeout;
                return true;
            }
        }
        return false;
    }

    std::size_t size() const { return messages_.size(); }

private:
    void forget_groups() {
        std::erase_if(places_, [this](const auto& group) {
            return std::none_of(messages_.begin(), messages_.end(), [&](const auto& message) {
                return message.group == group.first;
            });
        });
    }

    Duration retention_;
    std::list<PlainMessage> messages_;
    std::map<std::string, int> places_;
    int last_place_ = 0;
};

class Pair {
public:
    explicit Pair(std::uint64_t seed) : random_(seed) {
        QueueSettings settings = fifo_settings();
        settings.retention = 300s;
        queue_ = &bench_.queue("Orders", settings);
    }

    void step() {
        const std::uint64_t choice = random_.below(100);
        if (choice < 35) {
            send();
        } else if (choice < 60) {
            receive();
        } else if (choice < 75) {
            const std::uint64_t handle = any_handle();
            REQUIRE(queue_->remove({handle}) == (plain_.remove(now(), handle) ? 1 : 0));
        } else if (choice < 85) {
            const std::uint64_t handle = any_handle();
            const Duration timeout = seconds(60);
            REQUIRE((queue_->change_visibility(handle, timeout) == VisibilityChange::changed) ==
                    plain_.change(now(), handle, timeout));
        } else {
            bench_.world.loop.run_until(now() + seconds(30));
            plain_.expire(now());
        }
        REQUIRE(queue_->snapshot().size() == plain_.size());
    }

private:
    Instant now() const { return bench_.world.loop.now(); }

    void send() {
        const std::string text = std::to_string(++sent_);
        const std::string group(1, static_cast<char>('a' + random_.below(7)));
        NewMessage message = of_group(group, text);
        message.delay = random_.below(5) == 0 ? seconds(30) : 0s;
        plain_.send(now(), group, text, *message.delay);
        queue_->send(std::move(message));
    }

    void receive() {
        const std::size_t max = 1 + random_.below(10);
        const Duration visibility = seconds(60);
        const auto real = queue_->receive(up_to(max, visibility));
        REQUIRE(bodies(real) == plain_.receive(now(), max, visibility, real));
        for (const Receipt& receipt : real) {
            handles_.push_back(receipt.handle);
        }
    }

    std::uint64_t any_handle() {
        if (handles_.empty()) {
            return 12345;
        }
        const std::size_t back = random_.below(std::min<std::size_t>(handles_.size(), 20));
        return handles_[handles_.size() - 1 - back];
    }

    Duration seconds(std::uint64_t bound) {
        return std::chrono::seconds(static_cast<std::int64_t>(random_.below(bound)));
    }

    Bench bench_;
    RandomStream random_;
    Queue* queue_ = nullptr;
    PlainFifo plain_{300s};
    std::vector<std::uint64_t> handles_;
    int sent_ = 0;
};

}  // namespace

TEST_CASE("sqs FIFO: does over thousands of random operations what a plain list would do") {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
        CAPTURE(seed);
        Pair pair(seed);
        for (int count = 0; count < 3'000; ++count) {
            CAPTURE(count);
            pair.step();
        }
    }
}
