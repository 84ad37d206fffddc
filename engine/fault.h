/// Declared points at which a scenario can make something go wrong, by rule or by chance; every hit
/// is traced.
#pragma once

#include "engine/random.h"
#include "engine/time.h"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery {

class Random;
class Trace;

/// A rule of a scenario: at `point`, where all of `where` hold, fire by chance or at the given
/// occurrences.
struct FaultRule {
    std::string point;                         // "lambda.crash"
    std::map<std::string, std::string> where;  // {"function": "RegisterCustomer"}
    std::uint64_t parts_per_million =
        1'000'000;  // chance of each occurrence that the numbers below admit
    std::vector<std::uint64_t> occurrences;  // counted from 1 for this rule; empty: all
};

/// A point that a component offers.
struct FaultPoint {
    std::string name;
    std::string description;
    std::vector<std::string> selectors;  // the keys that a rule's `where` may name
};

class Faults {
public:
    using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    Faults(const Random& random, Trace& trace) : random_(random), trace_(trace) {}

    /// Every point there is: the one list, so that a scenario's misspelt point is an error.
    static const std::vector<FaultPoint>& points();

    /// Adds a rule; its point and selectors must exist (see points()).
    void add(FaultRule rule);

    /// Whether nothing can go wrong.
    bool empty() const { return rules_.empty(); }

    /// Whether something goes wrong here and now. `attributes` are the values that rules select by.
    bool fires(std::string_view point, Attributes attributes) {
        return !rules_.empty() && evaluate(point, attributes);
    }

private:
    struct Active {
        FaultRule rule;
        RandomStream stream;
        std::uint64_t seen = 0;
    };

    bool evaluate(std::string_view point, Attributes attributes);

    const Random& random_;
    Trace& trace_;
    std::vector<Active> rules_;
};

}  // namespace orrery
