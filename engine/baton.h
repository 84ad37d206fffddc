/// The baton: at most one outside party (a handler process) computes at any real moment; time
/// stands still while it does.
#pragma once

#include "engine/timeline.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

class Loop;

/// Something outside the engine that computes when something is delivered to it, and is quiet
/// otherwise.
class Party {
public:
    virtual ~Party() = default;

    /// Called right before a delivery: from here on the party counts as computing.
    virtual void begin_turn() = 0;
    /// Calls `quiet` once, later, from I/O: when every thread of the party waits and all it sent
    /// has arrived, or it is gone.
    virtual void await_quiet(Callback quiet) = 0;
    /// Whether the kernel has something of this turn for us, as far as that can be told at once.
    /// Asked over and over for some microseconds; may call `quiet`.
    virtual bool stirs() { return true; }
    /// Nothing more is asked until I/O arrives: its quiet must be told by that. May call `quiet`.
    virtual void about_to_sleep() {}

    // What a server saw of the party, for it to tell when all that it sent has arrived.
    virtual void connected() = 0;
    virtual void arrived(std::size_t bytes) = 0;
    virtual void disconnected() = 0;
    /// A delivery too large for the kernel's buffers is `under_way`, or its last piece has just
    /// gone out.
    virtual void writing(bool under_way) = 0;
    /// `bytes` are on their way to the party: it is not quiet before it has taken them.
    virtual void delivered(std::size_t bytes) = 0;
};

/// A party as its connections know it, also after the party is gone.
struct Membership {
    Party* party = nullptr;           // null once retired
    std::vector<Callback> on_retire;  // called in order when the party is retired
};

class Baton {
public:
    explicit Baton(Loop& loop) : loop_(loop) {}
    Baton(const Baton&) = delete;
    Baton& operator=(const Baton&) = delete;

    /// Runs `delivery` (a write, a wake-up) in a turn of `party`'s own, after the turns asked for
    /// before.
    void deliver(Party& party, Callback delivery);
    /// Something `party` asks of the engine. All that it asks within one turn becomes events at
    /// this instant once it is quiet, ordered by `key()` (its content, asked for at the end of the
    /// turn), so that the operating system's scheduling cannot reorder a run.
    using Key = std::function<std::string()>;
    void request(Party& party, Key key, Callback taken);
    /// Forgets what is still to be delivered to `party` and ends its connections, as events at this
    /// instant; it must not be named again.
    void retire(Party& party);

    /// Nobody computes and nothing waits to be delivered.
    bool at_rest() const { return current_ == nullptr && deliveries_.empty(); }

    bool stirs() { return current_ != nullptr && current_->stirs(); }
    void about_to_sleep() {
        if (current_ != nullptr) {
            current_->about_to_sleep();
        }
    }

    /// Parties are known to servers by the loopback address that their connections come from.
    void enrol(const std::string& address, Party& party);
    /// Null if nobody enrolled with that address.
    std::shared_ptr<Membership> member_at(const std::string& address) const;

    /// Numbers servers in the order of their making, which unlike their ports is the same in every
    /// run.
    unsigned next_server_number() { return ++servers_; }

private:
    struct Delivery {
        Party* party;
        Callback run;
    };
    struct Request {
        Party* party;
        Key key;
        Callback taken;
    };

    void begin_next_turn();
    void end_turn(std::uint64_t turn);

    Loop& loop_;
    Party* current_ = nullptr;
    std::uint64_t turn_ = 0;
    std::deque<Delivery> deliveries_;
    std::vector<Request> requests_;
    std::map<std::string, std::shared_ptr<Membership>> members_;
    unsigned servers_ = 0;
};

}  // namespace orrery
