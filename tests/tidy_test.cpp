// Holds the source tree to our conventions. Each rule (tests/tidy/rules.h) is fed planted
// violations first, so that we know that it can fail.
#include "tests/tidy/rules.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

namespace {

using namespace orrery::tidy;

const Tree& tree() {
    static const Tree read = read_tree(ORRERY_SOURCE_DIR);
    return read;
}

/// A rule over one file, applied to all.
Findings in_every_file(Findings (*rule)(const File&)) {
    Findings all;
    for (const File& file : tree()) {
        const Findings found = rule(file);
        all.insert(all.end(), found.begin(), found.end());
    }
    return all;
}

void expect_none(const Findings& findings) {
    for (const Finding& finding : findings) {
        FAIL_CHECK(finding.path << ":" << finding.line << ": " << finding.what);
    }
    CHECK(findings.empty());
}

}  // namespace

TEST_CASE("tidy: the whole tree is read") {
    for (const char* path :
         {"engine/loop.h", "services/services.h", "tests/tidy_test.cpp", "tools/test"}) {
        CHECK(std::any_of(
            tree().begin(), tree().end(), [&](const File& file) { return file.path == path; }));
    }
}

TEST_CASE("tidy: includes run down the house, never up or across services") {
    const auto findings = [](const char* path, const char* included) {
        return includes_up_or_across(
                   {path, "#include <map>\n#include \"" + std::string(included) + "\"\n"})
            .size();
    };
    CHECK(findings("engine/loop.cpp", "services/sqs/queue.h") == 1);
    CHECK(findings("services/sqs/queue.cpp", "handlers/runtime/process_runtime.h") == 1);
    CHECK(findings("services/lambda/call.cpp", "services/sqs/queue.h") == 1);
    CHECK(findings("services/aws/api.cpp", "services/sqs/queue.h") == 1);
    CHECK(findings("services/sqs/queue.cpp", "queue.h") == 1);
    CHECK(findings("services/sqs/queue.cpp", "services/sqs/queue.h") == 0);
    CHECK(findings("services/sqs/queue.cpp", "services/aws/api.h") == 0);
    CHECK(findings("services/services.cpp", "services/sqs/sqs.h") == 0);
    CHECK(findings("tools/cli/run.cpp", "scenarios/language/scenario.h") == 0);
    expect_none(in_every_file(includes_up_or_across));
}

TEST_CASE(
    "tidy: only the seams ask the operating system for time, randomness, environment or threads") {
    const auto findings = [](const char* path, const char* code) {
        return banned_names_in({path, code}).size();
    };
    CHECK(findings("engine/x.cpp", "auto t = std::chrono::system_clock::now();") == 1);
    CHECK(findings("engine/x.cpp", "int x = rand();") == 1);
    CHECK(findings("services/sqs/x.h", "#include <random>\n") == 1);
    CHECK(findings("services/sqs/x.cpp", "void f() { ::sleep(1); }") == 1);
    CHECK(findings("tests/x.cpp", "std::this_thread::sleep_for(1s);") == 1);
    CHECK(findings("tools/cli/run.cpp", "const char* home = std::getenv(\"HOME\");") == 1);
    CHECK(findings("tools/cli/terminal.cpp", "const char* color = std::getenv(\"NO_COLOR\");") ==
          0);
    CHECK(findings("handlers/shim/clock.cpp", "int clock_gettime(clockid_t, timespec*) {") == 0);
    CHECK(findings("engine/x.cpp", "co_await loop.sleep(30s);  // not usleep, not rand()") == 0);
    CHECK(findings("engine/x.cpp", "int operand(int); const char* text = \"getenv\";") == 0);
    expect_none(in_every_file(banned_names_in));

    CHECK(stale_exceptions({{"tools/a.cpp", "int x;"}}, {{"tools/a.cpp", {"getenv"}, "planted"}})
              .size() == 1);
    expect_none(stale_exceptions(tree(), exceptions()));
}

TEST_CASE("tidy: an unordered container is only looked up in, and says so") {
    const auto findings = [](const std::string& code) {
        return unordered_containers({"engine/x.cpp", code}).size();
    };
    const std::string declared = "std::unordered_map<int, int> seen_;  // never iterated\n";
    CHECK(findings("std::unordered_map<int, int> seen_;\n") == 1);
    CHECK(findings(declared + "for (auto& [key, value] : seen_) {\n") == 1);
    CHECK(findings(declared + "auto first = seen_.begin();\n") == 1);
    CHECK(findings(declared + "auto found = seen_.find(3);\n") == 0);
    expect_none(in_every_file(unordered_containers));
}

TEST_CASE("tidy: a header begins with a sentence that says what it is") {
    const auto findings = [](const char* text) {
        return header_without_sentence({"engine/x.h", text}).size();
    };
    CHECK(findings("#pragma once\n") == 1);
    CHECK(findings("/// Queue\n#pragma once\n") == 1);
    CHECK(findings("// A queue of messages in memory.\n#pragma once\n") == 1);
    CHECK(findings("/// A queue of messages in memory.\n#pragma once\n") == 0);
    expect_none(in_every_file(header_without_sentence));
}

TEST_CASE("tidy: every operation has a test and a line in its service's coverage table") {
    const File rows{"services/sqs/operations.cpp",
                    "void f(aws::ApiService& api) {\n    api.add_waiting(\n        "
                    "\"SendMessage\", send);\n}\n"};
    const File test{"tests/services/sqs/send_test.cpp",
                    "TEST_CASE(\"sqs SendMessage: answers\") {}\n"};
    const File table{"services/sqs/README.md", "| `SendMessage` | yes |\n"};
    const File other_table{"services/sqs/README.md",
                           "SendMessage, and in a table:\n| `SendMessageBatch` | yes |\n"};
    CHECK(untested_operations({rows, table}).size() == 1);
    CHECK(untested_operations({rows, test}).size() == 1);
    CHECK(untested_operations({rows, test, other_table}).size() == 1);
    CHECK(untested_operations({rows, test, table}).empty());
    CHECK(untested_operations({rows})[0].line == 2);
    CHECK(
        untested_operations({{"services/sqs/x.cpp",
                              "void f(ApiService& api) {\n    add(\"PurgeQueue\", purge_queue);"}})
            .size() == 2);
    CHECK(untested_operations({{"services/sqs/x.cpp", "add(\"SenderId\", id);"}}).empty());
    CHECK(untested_operations({{"services/parrot/parrot.cpp", "api_.add(\"Repeat\", repeat);"}})
              .size() == 2);
    expect_none(untested_operations(tree()));
}

TEST_CASE("tidy: every service has tests and a README") {
    const File code{"services/parrot/parrot.cpp", "int x;"};
    const File readme{"services/parrot/README.md", "x"};
    const File test{"tests/services/parrot/parrot_test.cpp", "int x;"};
    CHECK(incomplete_services({code}).size() == 2);
    CHECK(incomplete_services({code, readme}).size() == 1);
    CHECK(incomplete_services({code, readme, test}).empty());
    expect_none(incomplete_services(tree()));
}

TEST_CASE("tidy: no file names a path of one machine") {
    CHECK(machine_paths({"docs/x.md",
                         "see /ho"
                         "me/someone/x\n"})
              .size() == 1);
    CHECK(machine_paths({"docs/x.md",
                         "see services/ho"
                         "me/someone/x\n"})
              .empty());
    expect_none(in_every_file(machine_paths));
}

TEST_CASE("tidy: no file notes unfinished work") {
    CHECK(unfinished_work({"engine/x.cpp",
                           "int x;  // TO"
                           "DO\n"})
              .size() == 1);
    expect_none(in_every_file(unfinished_work));
}

TEST_CASE("tidy: no file is too long") {
    CHECK(too_long({"engine/x.cpp", std::string(601, '\n')}).size() == 1);
    CHECK(too_long({"engine/x.cpp", std::string(600, '\n')}).empty());
    expect_none(in_every_file(too_long));
}
