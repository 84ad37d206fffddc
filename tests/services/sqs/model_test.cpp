// A queue against the plainest thing that follows the same rules: a list that is searched.

#include "engine/random.h"
#include "services/sqs/queue.h"
#include "tests/services/sqs/support.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <list>
#include <set>

namespace model_test {

using namespace orrery;
using namespace orrery::sqs;

namespace {

struct PlainMessage {
    std::string body;
    Instant sent;
    Instant visible_from;
    Instant received;
    std::uint64_t handle = 0;           // the real queue's, of the latest receipt
    std::set<std::uint64_t> handles{};  // of all receipts
    std::uint32_t receive_count = 0;
};

/// Looks at every message each time it is asked.
class PlainQueue {
public:
    PlainQueue(Duration retention, std::uint32_t max_receive_count, PlainQueue* dead)
        : retention_(retention), max_receive_count_(max_receive_count), dead_(dead) {}

    void expire(Instant now) {
        messages_.remove_if(
            [&](const PlainMessage& message) { return message.sent + retention_ <= now; });
    }

    void send(Instant now, const std::string& body, Duration delay) {
        PlainMessage message;
        message.body = body;
        message.sent = now;
        message.visible_from = now + delay;
        messages_.push_back(message);
    }

    Bodies receive(Instant now,
                   std::size_t max,
                   Duration visibility,
                   const std::vector<Receipt>& real) {
        Bodies got;
        for (auto place = messages_.begin(); place != messages_.end() && got.size() < max;) {
            const auto next = std::next(place);
            if (place->visible_from <= now) {
                if (dead_ != nullptr && place->receive_count >= max_receive_count_) {
                    place->handle = 0;
                    place->handles.clear();
                    dead_->messages_.splice(dead_->messages_.end(), messages_, place);
                } else {
                    place->visible_from = now + visibility;
                    place->received = now;
                    ++place->receive_count;
                    place->handle = got.size() < real.size() ? real[got.size()].handle : 0;
                    place->handles.insert(place->handle);
                    got.push_back(place->body);
                }
            }
            place = next;
        }
        return got;
    }

    bool remove(std::uint64_t handle) {
        return messages_.remove_if(
                   [&](const PlainMessage& message) { return message.handle == handle; }) > 0;
    }

    VisibilityChange change(Instant now, std::uint64_t handle, Duration timeout) {
        for (PlainMessage& message : messages_) {
            if (message.handle == handle && message.visible_from > now) {
                if (now + timeout > message.received + 12h) {
                    return VisibilityChange::beyond_limit;
                }
                message.visible_from = now + timeout;
                return VisibilityChange::changed;
            }
        }
        const bool there = std::any_of(messages_.begin(), messages_.end(), [&](const auto& each) {
            return each.handles.contains(handle);
        });
        return there ? VisibilityChange::not_in_flight : VisibilityChange::gone;
    }

    void purge() { messages_.clear(); }

    QueueDepth depth(Instant now) const {
        QueueDepth depth;
        for (const PlainMessage& message : messages_) {
            ++(message.visible_from <= now ? depth.visible
               : message.receive_count > 0 ? depth.in_flight
                                           : depth.delayed);
        }
        return depth;
    }

    Bodies contents() const {
        Bodies all;
        for (const PlainMessage& message : messages_) {
            all.push_back(message.body + " " + std::to_string(message.receive_count));
        }
        return all;
    }

    /// When the last hidden message comes back.
    Instant last_return(Instant now) const {
        Instant last = now;
        for (const PlainMessage& message : messages_) {
            last = std::max(last, std::min(message.visible_from, message.sent + retention_));
        }
        return last;
    }

private:
    Duration retention_;
    std::uint32_t max_receive_count_;
    PlainQueue* dead_;
    std::list<PlainMessage> messages_;
};

Bodies contents(const Queue& queue) {
    Bodies all;
    for (const MessageSnapshot& message : queue.snapshot()) {
        all.push_back(message.body + " " + std::to_string(message.receive_count));
    }
    return all;
}

/// Both queues under the same random operations.
class Pair {
public:
    explicit Pair(std::uint64_t seed) : random_(seed) {
        QueueSettings dead_settings;
        dead_settings.retention = 400s;
        dead_ = &bench_.queue("Dead", dead_settings);
        QueueSettings settings;
        settings.retention = 300s;
        settings.redrive = RedrivePolicy{dead_->arn(), 3};
        queue_ = &bench_.queue("Orders", settings);
    }

    void step() {
        const std::uint64_t choice = random_.below(100);
        if (choice < 30) {
            send();
        } else if (choice < 60) {
            receive();
        } else if (choice < 75) {
            remove();
        } else if (choice < 85) {
            change();
        } else if (choice < 99 || random_.below(20) > 0) {
            pass_time();
        } else {
            queue_->purge();
            plain_.purge();
        }
        check();
    }

    void check_idle() {
        const Instant expected =
            std::max(plain_.last_return(now()), plain_dead_.last_return(now()));
        bench_.idle_at();
        CHECK(now() == expected);
    }

private:
    Instant now() const { return bench_.world.loop.now(); }

    void send() {
        const std::string text = std::to_string(++sent_);
        const Duration delay = random_.below(3) == 0 ? seconds(60) : 0s;
        queue_->send(delayed(text, delay));
        plain_.send(now(), text, delay);
    }

    void receive() {
        const bool from_dead = random_.below(6) == 0;
        const std::size_t max = 1 + random_.below(10);
        const Duration visibility = seconds(90);
        const auto real = (from_dead ? dead_ : queue_)->receive(up_to(max, visibility));
        const Bodies plain =
            (from_dead ? plain_dead_ : plain_).receive(now(), max, visibility, real);
        REQUIRE(bodies(real) == plain);
        for (const Receipt& receipt : real) {
            (from_dead ? dead_handles_ : handles_).push_back(receipt.handle);
        }
    }

    void remove() {
        const bool from_dead = random_.below(6) == 0;
        const std::uint64_t handle = any_of(from_dead ? dead_handles_ : handles_);
        const std::size_t removed = (from_dead ? dead_ : queue_)->remove({handle});
        REQUIRE(removed == ((from_dead ? plain_dead_ : plain_).remove(handle) ? 1 : 0));
    }

    void change() {
        const std::uint64_t handle = any_of(handles_);
        const Duration timeout = random_.below(10) == 0 ? 12h : seconds(90);
        REQUIRE(queue_->change_visibility(handle, timeout) ==
                plain_.change(now(), handle, timeout));
    }

    void pass_time() {
        bench_.world.loop.run_until(now() + seconds(40));
        plain_.expire(now());
        plain_dead_.expire(now());
    }

    void check() {
        REQUIRE(queue_->depth() == plain_.depth(now()));
        REQUIRE(dead_->depth() == plain_dead_.depth(now()));
        REQUIRE(contents(*queue_) == plain_.contents());
        REQUIRE(contents(*dead_) == plain_dead_.contents());
    }

    /// Mostly recent ones: those have something to say.
    std::uint64_t any_of(const std::vector<std::uint64_t>& handles) {
        if (handles.empty()) {
            return 12345;
        }
        const std::size_t back = random_.below(std::min<std::size_t>(handles.size(), 30));
        return handles[handles.size() - 1 - back];
    }

    Duration seconds(std::uint64_t bound) {
        return std::chrono::seconds(static_cast<std::int64_t>(random_.below(bound)));
    }

    Bench bench_;
    RandomStream random_;
    Queue* queue_ = nullptr;
    Queue* dead_ = nullptr;
    PlainQueue plain_dead_{400s, 0, nullptr};
    PlainQueue plain_{300s, 3, &plain_dead_};
    std::vector<std::uint64_t> handles_;
    std::vector<std::uint64_t> dead_handles_;
    int sent_ = 0;
};

}  // namespace

TEST_CASE("sqs queue: does over thousands of random operations what a plain list would do") {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
        CAPTURE(seed);
        Pair pair(seed);
        for (int count = 0; count < 3'000; ++count) {
            CAPTURE(count);
            pair.step();
        }
        pair.check_idle();
    }
}

}  // namespace model_test
