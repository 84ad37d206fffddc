// Alarms and their history on disk.

#include "engine/error.h"
#include "engine/store.h"
#include "engine/world.h"
#include "services/cloudwatch/alarms.h"

#include <nlohmann/json.hpp>

namespace orrery::cloudwatch {

namespace {

constexpr std::string_view alarm_table = "cloudwatch/alarm";      // prefix and name
constexpr std::string_view history_table = "cloudwatch/history";  // prefix and number

Json instant(Instant value) {
    return value.time_since_epoch().count();
}

Instant instant_in(const Json& record) {
    return Instant(Duration(record.get<std::int64_t>()));
}

std::string alarm_record(const Alarm& alarm) {
    return Json{{"settings", alarm.settings},
                {"configured", instant(alarm.configured)},
                {"tags", alarm.tags},
                {"state", alarm.state.value},
                {"reason", alarm.state.reason},
                {"reason_data", alarm.state.reason_data},
                {"updated", instant(alarm.state.updated)},
                {"transitioned", instant(alarm.state.transitioned)}}
        .dump();
}

Alarm alarm_in(const Json& record, const aws::Identity& identity) {
    Alarm alarm = read_alarm(record.at("settings"), identity);
    alarm.configured = instant_in(record.at("configured"));
    alarm.tags = record.at("tags").get<std::map<std::string, std::string>>();
    alarm.state.value = record.at("state");
    alarm.state.reason = record.at("reason");
    alarm.state.reason_data = record.at("reason_data");
    alarm.state.updated = instant_in(record.at("updated"));
    alarm.state.transitioned = instant_in(record.at("transitioned"));
    return alarm;
}

/// With leading zeros, so that keys sort as numbers do.
std::string padded(std::uint64_t number) {
    const std::string digits = std::to_string(number);
    return std::string(20 - digits.size(), '0') + digits;
}

}  // namespace

void Alarms::save(Store& store) {
    for (const std::string& name : std::exchange(changed_, {})) {
        if (const Alarm* alarm = find(name)) {
            store.put(alarm_table, prefix_ + name, alarm_record(*alarm));
        } else {
            store.erase(alarm_table, prefix_ + name);
        }
    }
    for (; saved_from_ < forgotten_; ++saved_from_) {
        store.erase(history_table, prefix_ + padded(saved_from_));
    }
    saved_to_ = std::max(saved_to_, forgotten_);
    for (; saved_to_ < forgotten_ + history_.size(); ++saved_to_) {
        const HistoryItem& item = history_.at(saved_to_ - forgotten_);
        store.put(history_table,
                  prefix_ + padded(saved_to_),
                  Json{item.alarm, instant(item.at), item.type, item.summary, item.data}.dump());
    }
}

void Alarms::restore(const Store& store) {
    try {
        store.each(alarm_table, [this](std::string_view key, std::string_view value) {
            if (key.starts_with(prefix_)) {
                alarms_.emplace(key.substr(prefix_.size()),
                                alarm_in(Json::parse(value), identity_));
            }
        });
        store.each(history_table, [this](std::string_view key, std::string_view value) {
            if (!key.starts_with(prefix_)) {
                return;
            }
            if (history_.empty()) {
                forgotten_ = std::stoull(std::string(key.substr(prefix_.size())));
            }
            const Json record = Json::parse(value);
            history_.push_back(
                {record.at(0), instant_in(record.at(1)), record.at(2), record.at(3), record.at(4)});
        });
    } catch (const Json::exception& error) {
        throw UsageError(std::string("the state of CloudWatch cannot be read: ") + error.what());
    }
    saved_from_ = forgotten_;
    saved_to_ = forgotten_ + history_.size();
}

}  // namespace orrery::cloudwatch
