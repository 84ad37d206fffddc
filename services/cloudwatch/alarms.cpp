#include "services/cloudwatch/alarms.h"

#include "engine/store.h"
#include "engine/world.h"
#include "services/cloudwatch/request.h"

#include <algorithm>

namespace orrery::cloudwatch {

namespace {

Json state_json(const AlarmState& state) {
    Json json{{"stateValue", state.value}, {"stateReason", state.reason}};
    if (!state.reason_data.empty()) {
        json["stateReasonData"] =
            Json::parse(state.reason_data, nullptr, /*allow_exceptions=*/false);
    }
    return json;
}

/// Whether it is `alarm`'s turn: each minute, more often with a period of less than one, and once
/// an hour if it looks at more than a day. [docs: alarm-evaluation]
bool is_due(const Alarm& alarm, std::int64_t now_seconds) {
    constexpr std::int64_t day = 86'400;
    const bool is_long = alarm.evaluation_periods * alarm.period > day;
    return now_seconds % (is_long ? 3'600 : alarm.period < 60 ? 10 : 60) == 0;
}

}  // namespace

Alarms::Alarms(World& world, MetricStore& metrics, aws::Identity identity, std::string prefix)
    : world_(world), metrics_(metrics), identity_(std::move(identity)), prefix_(std::move(prefix)) {
    if (world_.store != nullptr) {
        restore(*world_.store);
        arm();
    }
}

Alarms::~Alarms() {
    world_.loop.cancel(evaluation_);
}

void Alarms::put(Alarm alarm) {
    const Instant now = world_.loop.now();
    const std::string name = alarm.name;
    const auto found = alarms_.find(name);
    const bool created = found == alarms_.end();
    alarm.configured = now;
    if (created) {
        alarm.state.updated = now;
        alarm.state.transitioned = now;
    } else {
        alarm.state = found->second.state;
        alarm.tags = found->second.tags;
    }
    const Json data{{"version", "1.0"},
                    {"type", created ? "Create" : "Update"},
                    {created ? "createdAlarm" : "updatedAlarm", alarm.settings}};
    alarms_.insert_or_assign(name, std::move(alarm));
    note(name,
         "ConfigurationUpdate",
         "Alarm \"" + name + "\" " + (created ? "created" : "updated"),
         data);
    arm();
}

void Alarms::remove(const std::string& name) {
    alarms_.erase(name);
    note(name,
         "ConfigurationUpdate",
         "Alarm \"" + name + "\" deleted",
         {{"version", "1.0"}, {"type", "Delete"}});
    arm();
}

void Alarms::set_state(Alarm& alarm, const Verdict& verdict) {
    const AlarmState old = alarm.state;
    const Instant now = world_.loop.now();
    alarm.state.value = verdict.value;
    alarm.state.reason = verdict.reason;
    alarm.state.reason_data = verdict.reason_data;
    alarm.state.updated = now;
    if (old.value == verdict.value) {
        changed(alarm);
        return;
    }
    alarm.state.transitioned = now;
    note(
        alarm.name,
        "StateUpdate",
        "Alarm updated from " + old.value + " to " + verdict.value,
        {{"version", "1.0"}, {"oldState", state_json(old)}, {"newState", state_json(alarm.state)}});
}

void Alarms::enable_actions(Alarm& alarm, bool enabled) {
    alarm.settings["ActionsEnabled"] = enabled;
    alarm.configured = world_.loop.now();
    note(alarm.name,
         "ConfigurationUpdate",
         "Alarm \"" + alarm.name + "\" updated",
         {{"version", "1.0"}, {"type", "Update"}, {"updatedAlarm", alarm.settings}});
}

void Alarms::changed(const Alarm& alarm) {
    if (world_.store != nullptr) {
        changed_.insert(alarm.name);
        world_.store->touch();
    }
}

Alarm* Alarms::find(std::string_view name) {
    const auto found = alarms_.find(name);
    return found == alarms_.end() ? nullptr : &found->second;
}

Alarm* Alarms::find_by_arn(std::string_view arn) {
    const std::string start = identity_.arn("cloudwatch", "alarm:");
    return arn.starts_with(start) ? find(arn.substr(start.size())) : nullptr;
}

void Alarms::note(const std::string& alarm,
                  const char* type,
                  std::string summary,
                  const Json& data) {
    const Instant now = world_.loop.now();
    while (!history_.empty() && history_.front().at < now - limits::history_kept) {
        history_.pop_front();
        ++forgotten_;
    }
    history_.push_back({alarm, now, type, std::move(summary), data.dump()});
    if (world_.store != nullptr) {
        changed_.insert(alarm);
        world_.store->touch();
    }
}

/// Plans the next evaluation: at a whole minute, or every ten seconds if an alarm's period is less
/// than one. [docs: PutMetricAlarm]
void Alarms::arm() {
    if (alarms_.empty()) {
        world_.loop.cancel(evaluation_);
        evaluation_at_.reset();
        return;
    }
    const bool often = std::any_of(
        alarms_.begin(), alarms_.end(), [](const auto& each) { return each.second.period < 60; });
    const std::int64_t step = often ? 10 : 60;
    const std::int64_t seconds = epoch_seconds(world_.loop.now());
    const Instant at(std::chrono::seconds(seconds - seconds % step + step));
    if (evaluation_at_ == at) {
        return;
    }
    world_.loop.cancel(evaluation_);
    evaluation_at_ = at;
    evaluation_ = world_.loop.at(
        at, [this] { evaluate_due(); }, Weight::background);
}

void Alarms::evaluate_due() {
    evaluation_at_.reset();
    const Instant now = world_.loop.now();
    metrics_.prepare_read();
    for (auto& [name, alarm] : alarms_) {
        if (!is_due(alarm, epoch_seconds(now))) {
            continue;
        }
        const std::optional<Verdict> verdict = evaluate_alarm(alarm, metrics_, now);
        // A state that stays keeps the reason for which it was entered.
        if (verdict && verdict->value != alarm.state.value) {
            set_state(alarm, *verdict);
        }
    }
    arm();
}

}  // namespace orrery::cloudwatch
