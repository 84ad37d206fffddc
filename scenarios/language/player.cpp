#include "scenarios/language/player.h"

#include "engine/world.h"
#include "handlers/runtime/process_runtime.h"
#include "scenarios/language/answer.h"
#include "scenarios/language/driver.h"
#include "scenarios/language/explanation.h"
#include "scenarios/language/program.h"
#include "scenarios/language/values.h"
#include "services/aws/api.h"
#include "services/services.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace orrery {

/// One step that acts, while it does: its occurrences are events of the timeline.
class Player::Performance {
public:
    Performance(Stage& stage, const Step& step, const Act& act)
        : stage_(stage),
          step_(step),
          act_(act),
          random_(stage.world.random.stream("scenario/step/" + std::to_string(step.number))),
          repeat_(act.repeat.value_or(Repeat{})) {}

    /// The first occurrence happens now.
    void begin() { schedule(stage_.world.loop.now()); }
    bool complete() const { return answered_ == repeat_.times; }
    bool failed() const { return failures_ > 0; }
    const Step& step() const { return step_; }
    bool reported() const { return reported_; }

    /// What the step's expectation came to; nothing for a step without one that went well.
    std::optional<Verdict> report() {
        reported_ = true;
        if (!act_.expected && failures_ == 0 && complete()) {
            return std::nullopt;
        }
        const std::string words = "step " + std::to_string(step_.number) + " " + act_.name() + ": ";
        Verdict verdict{act_.expected ? act_.expected->where : step_.where,
                        words + (act_.expected ? expected_words() : "succeeds"),
                        failures_ == 0 && complete(),
                        explanation_};
        if (failures_ > 1) {
            verdict.explanation += "\nand so in " + std::to_string(failures_ - 1) + " more of " +
                                   std::to_string(repeat_.times) + " calls";
        }
        if (!complete()) {
            verdict.explanation += (explanation_.empty() ? "" : "\n") + std::to_string(answered_) +
                                   " of " + std::to_string(repeat_.times) +
                                   " calls were answered by " +
                                   since_start(stage_.world, stage_.world.loop.now());
        }
        return verdict;
    }

private:
    std::string expected_words() const {
        std::string words;
        for (const auto& [key, value] : act_.expected->members) {
            words += (words.empty() ? "" : ", ") + key.text;
        }
        return words;
    }

    void schedule(Instant instant) {
        stage_.world.loop.at(instant, [this] { happen(); });
    }

    void happen() {
        Occurrence occurrence{begun_++, random_};
        if (repeat_.every && begun_ < repeat_.times) {
            schedule(stage_.world.loop.now() + *repeat_.every);
        }
        if (const auto* call = std::get_if<Call>(&act_.what)) {
            make_call(*call, occurrence);
        } else if (const auto* statement = std::get_if<SqlStatement>(&act_.what)) {
            execute(*statement, occurrence);
        } else {
            run(std::get<ProgramRun>(act_.what), occurrence);
        }
    }

    void make_call(const Call& call, Occurrence& occurrence) {
        const std::string name = call.operation.text();
        record(occurrence, {{"call", name}});
        const Json parameters = stage_.render(fill_placeholders(call.parameters, occurrence), name);
        stage_.cloud.api().call(
            call.operation.service,
            call.operation.operation,
            parameters,
            [this, &call, index = occurrence.index](const aws::ApiResult& result) {
                take(index, answer_view(result, call.operation));
            });
    }

    void execute(const SqlStatement& statement, Occurrence& occurrence) {
        const std::string text = fill_placeholders(statement.text, occurrence).text;
        record(occurrence, {{"sql", text}});
        take(occurrence.index, execute_sql(stage_, statement.instance.text, text));
    }

    void run(const ProgramRun& program, Occurrence& occurrence) {
        const ClientCommand command = client_command(stage_, program, occurrence);
        record(occurrence, {{"run", command.text()}});
        const std::uint64_t index = occurrence.index;
        Program& started = programs_[index];
        ClientProgramEvents events;
        events.line = [this, index, &started](std::string line) {
            started.output += line;
            if (line.ends_with('\n')) {
                line.pop_back();
            }
            record_at("scenario.program.output", index, {{"text", line}});
        };
        events.ended = [this, index](const ExitStatus& status) {
            record_at("scenario.program.ended", index, {{"status", status.text()}});
            program_ended(index,
                          [&](const Program& ended) { return program_view(status, ended.output); });
        };
        events.hung = [this, index] {
            record_at("scenario.program.ended", index, {{"status", "hung"}});
            program_ended(index, [](const Program& /*ended*/) { return hung_view(); });
        };
        started.process =
            stage_.processes.run(command, stage_.cloud.identity().region, std::move(events));
    }

    template <typename View>
    void program_ended(std::uint64_t index, View view) {
        const Json answer = view(programs_.at(index));
        // It is still telling this; it goes once it has.
        stage_.world.loop.post([this, index, answer] {
            programs_.erase(index);
            take(index, answer);
        });
    }

    void record(const Occurrence& occurrence, Json data) {
        record_at("scenario.step", occurrence.index, std::move(data));
    }

    void record_at(std::string_view kind, std::uint64_t index, Json data) {
        data["step"] = step_.number;
        if (act_.repeat) {
            data["occurrence"] = index;
        }
        stage_.world.trace.record("scenario", kind, data);
    }

    Finding judge(const Json& answer) {
        const DocumentNode* expected = act_.expected ? &*act_.expected : nullptr;
        if (std::holds_alternative<ProgramRun>(act_.what)) {
            return judge_program(stage_, expected, answer);
        }
        const auto& keys =
            std::holds_alternative<Call>(act_.what) ? call_answer_keys : sql_answer_keys;
        return judge_answer(stage_, expected, keys, answer);
    }

    void take(std::uint64_t index, const Json& answer) {
        ++answered_;
        if (Finding finding = judge(answer)) {
            if (++failures_ == 1) {
                explanation_ =
                    (act_.repeat ? "${i} = " + std::to_string(index) + ": " : "") + *finding;
            }
        }
        if (!repeat_.every && begun_ < repeat_.times) {
            schedule(stage_.world.loop.now());
        }
        if (complete()) {
            stage_.driver.nudge();
        }
    }

    struct Program {
        std::unique_ptr<ClientProgram> process;
        std::string output;
    };

    Stage& stage_;
    const Step& step_;
    const Act& act_;
    RandomStream random_;  // a stream of the step's own: another step does not shift its numbers
    Repeat repeat_;
    std::uint64_t begun_ = 0;
    std::uint64_t answered_ = 0;
    std::uint64_t failures_ = 0;
    std::string explanation_;  // of the first failure
    bool reported_ = false;
    std::map<std::uint64_t, Program> programs_;  // that run, by occurrence
};

namespace {

/// Whether the step after this one may begin before this one is complete: where it names its
/// instant.
bool overlaps_next(const std::vector<Step>& steps, std::size_t index) {
    return index + 1 < steps.size() && steps[index + 1].at.has_value();
}

std::uint64_t expectation_count(const Step& step) {
    if (const auto* check = std::get_if<Check>(&step.action)) {
        return check->expectations.size();
    }
    const auto* act = std::get_if<Act>(&step.action);
    return act != nullptr && act->expected ? 1U : 0U;
}

}  // namespace

Player::Player(Stage& stage, const std::vector<Step>& steps, std::vector<Verdict>& verdicts)
    : stage_(stage), steps_(steps), verdicts_(verdicts) {}

Player::~Player() = default;

Skipped Player::play() {
    std::size_t begun = 0;
    while (begun < steps_.size() && play_step(begun)) {
        ++begun;
    }
    wait_until_idle(steps_.empty() ? Location{} : steps_.back().where);
    Skipped skipped;
    judge_the_rest(skipped);
    for (std::size_t index = begun; index < steps_.size(); ++index) {
        ++skipped.steps;
        skipped.expectations += expectation_count(steps_[index]);
    }
    return skipped;
}

bool Player::play_step(std::size_t index) {
    const Step& step = steps_[index];
    if (stage_.driver.over() || !go_to_beginning(step)) {
        return false;
    }
    perform(step);
    if (!overlaps_next(steps_, index)) {
        wait_for_answers(step.number);
    }
    return true;
}

bool Player::go_to_beginning(const Step& step) {
    const Loop& loop = stage_.world.loop;
    const auto named = step.named_instant();
    const Instant instant =
        named ? loop.start() + *named : loop.now() + step.after.value_or(Duration::zero());
    if (instant < loop.now()) {
        verdicts_.push_back(
            {step.where,
             "step " + std::to_string(step.number) + " happens at " + format_duration(*named),
             false,
             "the steps before it were complete only at " +
                 format_duration(loop.now() - loop.start()) +
                 "; neither it nor what follows it happened"});
        return false;
    }
    stage_.driver.run_to(instant);
    return !stage_.driver.over();
}

void Player::perform(const Step& step) {
    if (const auto* act = std::get_if<Act>(&step.action)) {
        performances_.push_back(std::make_unique<Performance>(stage_, step, *act));
        performances_.back()->begin();
    } else if (const auto* check = std::get_if<Check>(&step.action)) {
        for (const auto& expectation : check->expectations) {
            verdicts_.push_back(expectation->verdict(stage_));
        }
    } else if (std::holds_alternative<UntilIdle>(step.action)) {
        wait_until_idle(step.where);
    }
}

void Player::wait_for_answers(std::optional<std::size_t> only) {
    for (const auto& performance : performances_) {
        if (performance->reported() || (only && performance->step().number != *only)) {
            continue;
        }
        const bool complete = stage_.driver.run_until([&] { return performance->complete(); });
        if (!complete && stage_.driver.over()) {
            return;
        }
        if (auto verdict = performance->report()) {
            verdicts_.push_back(std::move(*verdict));
        }
    }
}

void Player::judge_the_rest(Skipped& skipped) {
    for (const auto& performance : performances_) {
        skipped.steps += performance->complete() ? 0U : 1U;
        if (performance->reported()) {
            continue;
        }
        if (!performance->complete() && !performance->failed()) {
            skipped.expectations += expectation_count(performance->step());
        } else if (auto verdict = performance->report()) {
            verdicts_.push_back(std::move(*verdict));
        }
    }
}

void Player::wait_until_idle(const Location& where) {
    wait_for_answers(std::nullopt);
    if (stage_.driver.over() || stage_.driver.run_until_idle() || stage_.driver.over()) {
        return;
    }
    verdicts_.push_back(
        {where,
         "the world becomes idle",
         false,
         "it is still busy " + format_duration(longest_wait) + " after the last step" +
             nearest_events(stage_.world, "any kind", [](const TraceEvent&) { return true; })});
}

}  // namespace orrery
