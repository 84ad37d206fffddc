/// Plays the steps of a scenario, each at its instant, and collects what their expectations came
/// to.
#pragma once

#include "scenarios/language/scenario.h"
#include "scenarios/language/stage.h"
#include "scenarios/language/step.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace orrery {

/// How much a run did not come to.
struct Skipped {
    std::uint64_t steps = 0;
    std::uint64_t expectations = 0;  // of these steps
};

class Player {
public:
    /// All of these must outlive the player, and the player must outlive the world's last event.
    Player(Stage& stage, const std::vector<Step>& steps, std::vector<Verdict>& verdicts);
    ~Player();

    /// Plays all steps, then waits until everything is answered and the world is idle. At a step
    /// whose instant has passed it gives a failed verdict and plays no further. What was answered
    /// is judged however the run ends; the rest is skipped.
    Skipped play();

private:
    class Performance;

    /// Whether the step began.
    bool play_step(std::size_t index);
    /// Whether it was reached: neither in the past nor after the run's end.
    bool go_to_beginning(const Step& step);
    void perform(const Step& step);
    /// Of all steps so far, or of the one with that number.
    void wait_for_answers(std::optional<std::size_t> only);
    void wait_until_idle(const Location& where);
    /// Judges what was answered until the run ended, and counts what was not.
    void judge_the_rest(Skipped& skipped);

    Stage& stage_;
    const std::vector<Step>& steps_;
    std::vector<Verdict>& verdicts_;
    std::vector<std::unique_ptr<Performance>>
        performances_;  // of the steps that act, as they begin
};

}  // namespace orrery
