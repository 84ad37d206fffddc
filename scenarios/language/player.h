/// Plays the steps of a scenario, each at its instant, and collects what their expectations came
/// to.
#pragma once

#include "scenarios/language/scenario.h"
#include "scenarios/language/stage.h"
#include "scenarios/language/step.h"

#include <memory>
#include <vector>

namespace orrery {

class Player {
public:
    /// All of these must outlive the player, and the player must outlive the world's last event.
    Player(Stage& stage, const std::vector<Step>& steps, std::vector<Verdict>& verdicts);
    ~Player();

    /// Plays all steps, then waits until everything is answered and the world is idle. Throws
    /// UsageError for a step whose instant has passed.
    void play();

private:
    class Performance;

    void go_to_beginning(const Step& step);
    void perform(const Step& step);
    /// Of all steps so far, or of the one with that number.
    void wait_for_answers(std::optional<std::size_t> only);
    void wait_until_idle(const Location& where);

    Stage& stage_;
    const std::vector<Step>& steps_;
    std::vector<Verdict>& verdicts_;
    std::vector<std::unique_ptr<Performance>>
        performances_;  // of the steps that act, as they begin
};

}  // namespace orrery
