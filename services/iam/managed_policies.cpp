#include "services/iam/managed_policies.h"

#include "engine/ensure.h"

#include <algorithm>
#include <array>

namespace orrery::iam {

namespace {

/// A policy a line: name, path, default version, when it was made and changed, document.
constexpr std::string_view lines =
#include "services/iam/aws_managed_policies.inc"
    ;

ManagedPolicy read_line(std::string_view line) {
    std::array<std::string_view, 6> fields;
    for (std::string_view& field : fields) {
        field = line.substr(0, line.find('\t'));
        line.remove_prefix(std::min(line.size(), field.size() + 1));
    }
    const auto created = parse_instant(fields[3]);
    const auto updated = parse_instant(fields[4]);
    ENSURE(created && updated);
    return {fields[0],
            fields[1],
            "arn:aws:iam::aws:policy" + std::string(fields[1]) + std::string(fields[0]),
            fields[2],
            *created,
            *updated,
            fields[5]};
}

std::vector<ManagedPolicy> read_all() {
    std::vector<ManagedPolicy> all;
    for (std::string_view rest = lines; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (!line.empty()) {
            all.push_back(read_line(line));
        }
    }
    std::sort(
        all.begin(), all.end(), [](const auto& one, const auto& two) { return one.arn < two.arn; });
    return all;
}

}  // namespace

const std::vector<ManagedPolicy>& managed_policies() {
    static const std::vector<ManagedPolicy> all = read_all();
    return all;
}

const ManagedPolicy* find_managed_policy(std::string_view arn) {
    const auto& all = managed_policies();
    const auto found = std::lower_bound(
        all.begin(), all.end(), arn, [](const ManagedPolicy& policy, std::string_view wanted) {
            return policy.arn < wanted;
        });
    return found == all.end() || found->arn != arn ? nullptr : &*found;
}

}  // namespace orrery::iam
