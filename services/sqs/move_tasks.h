/// Message move tasks: they carry messages from a dead-letter queue back, at a steady rate of
/// virtual time.
#pragma once

#include "engine/loop.h"
#include "engine/random.h"
#include "engine/time.h"
#include "services/sqs/registry.h"

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::sqs {

enum class MoveStatus : std::uint8_t { running, completed, cancelling, cancelled, failed };

/// "RUNNING" and so on.
std::string_view name_of(MoveStatus status);

struct MoveTask {
    std::string id;
    std::string source_arn;
    std::string destination_arn;               // empty: each message's own source
    std::optional<std::int64_t> per_second{};  // as asked for
    std::size_t to_move = 0;                   // what was visible at the start
    std::size_t moved = 0;
    MoveStatus status = MoveStatus::running;
    std::string failure{};
    Instant started{};
    EventId next{};

    bool active() const {
        return status == MoveStatus::running || status == MoveStatus::cancelling;
    }
};

class MoveTasks {
public:
    /// `registry` must outlive the tasks.
    explicit MoveTasks(QueueRegistry& registry);
    ~MoveTasks();
    MoveTasks(const MoveTasks&) = delete;
    MoveTasks& operator=(const MoveTasks&) = delete;

    /// There must be no active task of that source. An empty destination stands for each message's
    /// own source.
    const MoveTask& start(Queue& source,
                          std::string destination_arn,
                          std::optional<std::int64_t> per_second);
    /// The task must be running. What has been moved stays moved.
    void cancel(MoveTask& task);

    /// Null if there is none.
    MoveTask* find(std::string_view id);
    const MoveTask* active_of(std::string_view source_arn) const;
    /// The newest first.
    std::vector<const MoveTask*> all_of(std::string_view source_arn) const;

private:
    void schedule(MoveTask& task);
    void step(MoveTask& task);
    std::string move_batch(MoveTask& task, Queue& source);
    void end(MoveTask& task, MoveStatus status, std::string failure = {});
    std::string trace_source(const MoveTask& task) const;
    void forget_oldest(std::string_view source_arn);

    QueueRegistry& registry_;
    RandomStream random_;
    std::list<MoveTask> tasks_;  // the newest first
};

}  // namespace orrery::sqs
