#include "scenarios/language/program.h"

#include "engine/error.h"
#include "handlers/runtime/process_runtime.h"
#include "scenarios/language/answer.h"
#include "scenarios/language/names.h"
#include "scenarios/language/node_reader.h"
#include "scenarios/language/stage.h"
#include "scenarios/language/values.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace orrery {

namespace {

/// What an unquoted character would have a shell do.
constexpr std::string_view shell_characters = "|&;<>()$`*?[]~#";

/// Takes words off the front of a command line.
class CommandSplitter {
public:
    explicit CommandSplitter(std::string_view text) : text_(text) {}

    std::vector<std::string> split() {
        while (place_ < text_.size()) {
            const char c = text_[place_++];
            if (c == ' ' || c == '\t' || c == '\n') {
                end_word();
            } else if (c == '\'' || c == '"') {
                in_word_ = true;
                quoted(c);
            } else if (c == '\\' && place_ < text_.size()) {
                in_word_ = true;
                word_ += text_[place_++];
            } else if (c == '$' && text_.substr(place_).starts_with('{')) {
                in_word_ = true;
                placeholder();
            } else if (shell_characters.find(c) != std::string_view::npos) {
                throw UsageError(std::string("'") + c +
                                 "' means something to a shell only, and there is none here: quote "
                                 "it, or run a shell as the program");
            } else {
                in_word_ = true;
                word_ += c;
            }
        }
        end_word();
        return std::move(words_);
    }

private:
    void end_word() {
        if (std::exchange(in_word_, false)) {
            words_.push_back(std::exchange(word_, {}));
        }
    }

    void quoted(char mark) {
        while (place_ < text_.size()) {
            const char c = text_[place_++];
            if (c == mark) {
                return;
            }
            const bool escaped = c == '\\' && mark == '"' && place_ < text_.size() &&
                                 (text_[place_] == '"' || text_[place_] == '\\');
            word_ += escaped ? text_[place_++] : c;
        }
        throw UsageError(std::string("a quotation has no end: ") + mark);
    }

    void placeholder() {
        const std::size_t end = text_.find('}', place_);
        if (end == std::string_view::npos) {
            throw UsageError("a placeholder has no end: ${");
        }
        word_ += '$';
        word_ += text_.substr(place_, end + 1 - place_);
        place_ = end + 1;
    }

    std::string_view text_;
    std::size_t place_ = 0;
    bool in_word_ = false;
    std::string word_;
    std::vector<std::string> words_;
};

/// One word of a command, or one variable's value.
std::string text_of(const Stage& stage, const DocumentNode& node, Occurrence& occurrence) {
    const Json value = stage.render(fill_placeholders(node, occurrence));
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The last lines of a program that failed: where it says why.
std::string end_of(const std::string& output) {
    constexpr int most_lines = 10;
    std::size_t begin = output.size();
    for (int lines = 0; begin > 0; --begin) {
        if (output[begin - 1] == '\n' && ++lines > most_lines) {
            break;
        }
    }
    return output.substr(begin);
}

}  // namespace

ProgramRun parse_program(const DocumentNode& node) {
    const DocumentNode& command = *node.find("run");
    ProgramRun run;
    run.where = command.where;
    run.words = command;
    if (is_reference(command)) {
        throw UsageError(command.where,
                         "a reference is one word of a command: write the command as a list, as in "
                         "run: [python3, producer.py, !Ref Stream]");
    }
    if (!command.is_sequence()) {
        const std::string& text = read_text(command, "'run'");
        run.words.kind = DocumentNode::Kind::sequence;
        try {
            for (std::string& word : split_command(text)) {
                DocumentNode item;
                item.kind = DocumentNode::Kind::scalar;
                item.text = std::move(word);
                item.quoted = true;
                item.where = command.where;
                run.words.items.push_back(std::move(item));
            }
        } catch (const UsageError& error) {
            throw UsageError(command.where, error.what());
        }
    }
    for (const DocumentNode& word : run.words.items) {
        if (!word.is_scalar() && !is_reference(word)) {
            throw UsageError(word.where, "a word of a command must be text, not " + describe(word));
        }
    }
    if (run.words.items.empty()) {
        throw UsageError(command.where, "'run' must name a program");
    }
    if (const DocumentNode* variables = node.find("environment")) {
        require_mapping(*variables, "'environment'");
        for (const auto& [name, value] : variables->members) {
            if (!value.is_scalar() && !is_reference(value)) {
                throw UsageError(value.where,
                                 "a variable's value must be text, not " + describe(value));
            }
        }
        run.variables = *variables;
    }
    return run;
}

std::vector<std::string> split_command(std::string_view text) {
    return CommandSplitter(text).split();
}

void check_program(const ProgramRun& run, const Names& names) {
    names.require_references(run.words);
    names.require_references(run.variables);
}

void check_program(const ProgramRun& run,
                   const ProcessRuntime& processes,
                   const std::filesystem::path& folder) {
    const DocumentNode& word = run.words.items.front();
    if (is_reference(word) || word.text.find("${") != std::string::npos) {
        return;  // it is known only then
    }
    try {
        processes.program_of({{word.text}, folder, {}});
    } catch (const UsageError& error) {
        throw UsageError(run.where, error.what());
    }
}

ClientCommand client_command(const Stage& stage, const ProgramRun& run, Occurrence& occurrence) {
    ClientCommand command;
    command.directory = stage.folder;
    for (const DocumentNode& word : run.words.items) {
        command.words.push_back(text_of(stage, word, occurrence));
    }
    for (const auto& [name, value] : run.variables.members) {
        command.variables.push_back(name.text + "=" + text_of(stage, value, occurrence));
    }
    return command;
}

Json program_view(const ExitStatus& status, const std::string& output) {
    constexpr int killed = 128;
    return {{"status", status.signal == 0 ? status.code : killed + status.signal},
            {"output", output}};
}

Json hung_view() {
    return {{"error", "Hung"},
            {"message", "it computed for too long without waiting for anything, and was killed"}};
}

Finding judge_program(Stage& stage, const DocumentNode* expected, const Json& view) {
    const bool status_expected = expected != nullptr && expected->find("status") != nullptr;
    if (!status_expected && view.value("status", 0) != 0) {
        const std::string output = view.at("output");
        return "it ended with status " + std::to_string(view.at("status").get<int>()) +
               (output.empty() ? ", and without any output" : ":\n" + end_of(output));
    }
    return judge_answer(stage, expected, program_answer_keys, view);
}

}  // namespace orrery
