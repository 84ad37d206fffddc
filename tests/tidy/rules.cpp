#include "tests/tidy/rules.h"

#include <algorithm>
#include <set>
#include <utility>

namespace orrery::tidy {

namespace {

/// The floor's number, from the bottom; the number of floors for what is in no floor.
std::size_t floor_of(std::string_view path) {
    const auto found = std::find(floors.begin(), floors.end(), path.substr(0, path.find('/')));
    return static_cast<std::size_t>(found - floors.begin());
}

/// "sqs" for "services/sqs/queue.h"; "" for what is in no service's folder.
std::string service_of(std::string_view path) {
    const auto parts = split(path, '/');
    return parts.size() > 2 && parts[0] == "services" ? parts[1] : "";
}

}  // namespace

Findings includes_up_or_across(const File& file) {
    Findings findings;
    const auto lines = split(file.text, '\n');
    const std::string from = service_of(file.path);
    for (std::size_t i = 0; is_cpp(file) && i < lines.size(); ++i) {
        const auto quote =
            lines[i].starts_with("#include") ? lines[i].find('"') : std::string::npos;
        if (quote == std::string::npos) {
            continue;
        }
        const std::string included = lines[i].substr(quote + 1, lines[i].rfind('"') - quote - 1);
        const std::string to = service_of(included);
        if (floor_of(included) == floors.size()) {
            findings.push_back(
                {file.path, i + 1, "includes " + included + " by a path not from the tree's top"});
        } else if (floor_of(included) > floor_of(file.path)) {
            findings.push_back(
                {file.path, i + 1, "includes " + included + ", which is further up the house"});
        } else if (!from.empty() && !to.empty() && to != "aws" && to != from) {
            findings.push_back({file.path, i + 1, "includes " + included + " of another service"});
        }
    }
    return findings;
}

namespace {

const std::vector<std::string> banned_names{
    "system_clock", "steady_clock",  "high_resolution_clock",
    "gettimeofday", "clock_gettime", "time(nullptr",
    "time(NULL",    "<random>",      "random_device",
    "rand(",        "srand(",        "getrandom",
    "sleep(",       "usleep",        "nanosleep",
    "sleep_for",    "sleep_until",   "getenv",
    "environ",      "<thread>",      "std::thread",
    "std::jthread", "std::async",    "pthread_create"};

const std::vector<Exception> exception_list{
    {"handlers/shim/", {}, "replaces these very functions within handler processes"},
    {"services/rds/storage/memory_vfs.cpp",
     {"sleep("},
     "SQLite's table of file functions has one of that name; ours does nothing"},
    {"tools/cli/terminal.cpp",
     {"getenv"},
     "NO_COLOR and TERM: how the command line looks, never what it does"},
    {"handlers/runtime/reaper.cpp", {"usleep"}, "runs beside us, and after our death only"},
    {"handlers/runtime/real_clock.cpp",
     {"system_clock"},
     "what a program without the shim reads: its deadlines must be of that clock"},
    {"tools/cli/performance.cpp",
     {"steady_clock"},
     "the real time of a run, shown in its summary only"},
    {"tools/cli/test.cpp",
     {"steady_clock"},
     "the real time of all runs, shown in their summary only"},
    {"tools/cli/serve.cpp",
     {"steady_clock", "system_clock"},
     "where a live world's time begins, and the pace that it follows"},
    {"tools/benchmarks/", {"steady_clock"}, "measures real time"},
};

bool excepted(const std::string& path, const std::string& name, const Exception& exception) {
    const bool covers =
        exception.path.ends_with('/') ? path.starts_with(exception.path) : path == exception.path;
    return covers && (exception.names.empty() || exception.names.contains(name));
}

}  // namespace

Findings banned_names_in(const File& file) {
    Findings findings;
    if (!is_cpp(file)) {
        return findings;
    }
    const std::string code = blanked(file.text, Keep::code_only);
    for (const std::string& name : banned_names) {
        const bool allowed = std::any_of(
            exception_list.begin(), exception_list.end(), [&](const Exception& exception) {
                return excepted(file.path, name, exception);
            });
        for (const auto place : allowed ? std::vector<std::size_t>{} : places_of(name, code)) {
            findings.push_back({file.path,
                                line_at(code, place),
                                "uses " + name + ": outside the seams, ask the World"});
        }
    }
    return findings;
}

const std::vector<Exception>& exceptions() {
    return exception_list;
}

Findings stale_exceptions(const Tree& tree, const std::vector<Exception>& list) {
    Findings findings;
    for (const Exception& exception : list) {
        const bool needed = std::any_of(tree.begin(), tree.end(), [&](const File& file) {
            const std::string code = is_cpp(file) ? blanked(file.text, Keep::code_only) : "";
            return std::any_of(
                banned_names.begin(), banned_names.end(), [&](const std::string& name) {
                    return excepted(file.path, name, exception) && !places_of(name, code).empty();
                });
        });
        if (!needed) {
            findings.push_back({exception.path,
                                0,
                                "is excepted from the ban on clocks and the like without need"});
        }
    }
    return findings;
}

namespace {

/// The name that a declaration with its type at `type` gives to the variable: "seen_" in "map<int,
/// int> seen_;"
std::string declared_name(std::string_view code, std::size_t type) {
    auto end = std::min(code.find_first_of(";={(", type), code.size());
    while (end > type && !is_word_character(code[end - 1])) {
        --end;
    }
    auto begin = end;
    while (begin > type && is_word_character(code[begin - 1])) {
        --begin;
    }
    return std::string(code.substr(begin, end - begin));
}

void find_iteration(const File& file,
                    const std::string& code,
                    const std::string& name,
                    Findings& findings) {
    for (const std::string& use : {": " + name + ")", name + ".begin()"}) {
        for (auto at = code.find(use); at != std::string::npos; at = code.find(use, at + 1)) {
            findings.push_back(
                {file.path, line_at(code, at), "iterates over the unordered container " + name});
        }
    }
}

}  // namespace

Findings unordered_containers(const File& file) {
    Findings findings;
    if (!is_cpp(file)) {
        return findings;
    }
    const std::string code = blanked(file.text, Keep::code_only);
    const auto lines = split(file.text, '\n');
    std::set<std::string> names;
    for (const char* type :
         {"unordered_map<", "unordered_set<", "unordered_multimap<", "unordered_multiset<"}) {
        for (const auto place : places_of(type, code)) {
            const std::size_t line = line_at(code, place);
            const std::string nearby = (line > 1 ? lines[line - 2] : "") + lines[line - 1];
            if (nearby.find("never iterated") == std::string::npos) {
                findings.push_back({file.path,
                                    line,
                                    "an unordered container without a comment \"never iterated\""});
            }
            names.insert(declared_name(code, place));
        }
    }
    for (const std::string& name : names) {
        find_iteration(file, code, name, findings);
    }
    return findings;
}

Findings header_without_sentence(const File& file) {
    if (!file.path.ends_with(".h")) {
        return {};
    }
    std::string block;
    for (const std::string& line : split(file.text, '\n')) {
        if (!line.starts_with("/// ")) {
            break;
        }
        block += line.substr(3);
    }
    if (split(block, ' ').size() > 3 && ends_with_any(block, {".", "]"})) {
        return {};
    }
    return {{file.path, 1, "does not begin with a `///` sentence that says what it is"}};
}

namespace {

/// The names in rows such as `api.add("SendMessage", ...)`, `add_waiting("ReceiveMessage", ...)`,
/// with their lines.
std::vector<std::pair<std::string, std::size_t>> operations_in(const File& file) {
    std::vector<std::pair<std::string, std::size_t>> operations;
    const std::string code = blanked(file.text, Keep::strings);
    // Rows stand in a function that is given the ApiService, or add to the service's own; other
    // functions add other things.
    const auto table = std::min({code.find("ApiService&"), code.find("api_.add"), code.size()});
    for (const std::string_view call : {"add(", "add_for_caller(", "add_waiting("}) {
        for (auto at = code.find(call, table); at != std::string::npos;
             at = code.find(call, at + 1)) {
            const auto open = code.find_first_not_of(" \n", at + call.size());
            const auto close = open == std::string::npos ? open : code.find('"', open + 1);
            const bool own_word = at == 0 || !is_word_character(code[at - 1]);
            if (own_word && close != std::string::npos && code[open] == '"') {
                operations.emplace_back(code.substr(open + 1, close - open - 1), line_at(code, at));
            }
        }
    }
    return operations;
}

bool mentioned(const std::string& operation, const std::string& service, const Tree& tree) {
    return std::any_of(tree.begin(), tree.end(), [&](const File& file) {
        return file.path.starts_with("tests/services/" + service + "/") &&
               !places_of(operation, file.text).empty();
    });
}

bool in_coverage_table(const std::string& operation, const std::string& service, const Tree& tree) {
    return std::any_of(tree.begin(), tree.end(), [&](const File& file) {
        const auto lines = file.path == "services/" + service + "/README.md"
                               ? split(file.text, '\n')
                               : std::vector<std::string>{};
        return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
            return line.starts_with('|') && !places_of(operation, line).empty();
        });
    });
}

}  // namespace

Findings untested_operations(const Tree& tree) {
    Findings findings;
    for (const File& file : tree) {
        const std::string service = is_cpp(file) ? service_of(file.path) : "";
        for (const auto& [operation, line] : operations_in(service.empty() ? File{} : file)) {
            std::string what = operation;
            if (!mentioned(operation, service, tree)) {
                what.append(" is mentioned by no test in tests/services/").append(service);
                findings.push_back({file.path, line, what});
            }
            if (!in_coverage_table(operation, service, tree)) {
                what = operation;
                what.append(" is not in the coverage table of its README.md");
                findings.push_back({file.path, line, what});
            }
        }
    }
    return findings;
}

Findings incomplete_services(const Tree& tree) {
    Findings findings;
    std::set<std::string> services;
    for (const File& file : tree) {
        services.insert(is_cpp(file) ? service_of(file.path) : "");
    }
    for (const std::string& service : services) {
        const auto has = [&](const std::string& beginning) {
            return std::any_of(tree.begin(), tree.end(), [&](const File& file) {
                return file.path.starts_with(beginning);
            });
        };
        if (!service.empty() && service != "aws" && !has("services/" + service + "/README.md")) {
            findings.push_back(
                {"services/" + service, 0, "has no README.md with its coverage table"});
        }
        if (!service.empty() && !has("tests/services/" + service + "/")) {
            findings.push_back(
                {"services/" + service, 0, "has no tests in tests/services/" + service});
        }
    }
    return findings;
}

namespace {

Findings words_found(const File& file,
                     const std::vector<std::string>& words,
                     const std::string& why) {
    Findings findings;
    for (const std::string& word : words) {
        for (const auto place : places_of(word, file.text)) {
            std::string what = word;
            what.append(": ").append(why);
            findings.push_back({file.path, line_at(file.text, place), what});
        }
    }
    return findings;
}

}  // namespace

Findings machine_paths(const File& file) {
    // In two pieces, here and below, so that this file does not break its own rules.
    const std::vector<std::string> paths{
        "/ho"
        "me/",
        "/ro"
        "ot/",
        "/wo"
        "rk/",
        "/tmp/orr"
        "ery"};
    return words_found(file, paths, "a path of one machine");
}

Findings unfinished_work(const File& file) {
    return words_found(file,
                       {"FIX"
                        "ME",
                        "TO"
                        "DO"},
                       "unfinished work belongs into an issue");
}

Findings too_long(const File& file) {
    constexpr std::size_t most = 600;
    const auto lines = split(file.text, '\n').size();
    if (!ends_with_any(file.path, {".h", ".cpp", ".py", ".js", ".mjs"}) || lines <= most) {
        return {};
    }
    return {{file.path, 0, "has " + std::to_string(lines) + " lines: look for its seam"}};
}

}  // namespace orrery::tidy
