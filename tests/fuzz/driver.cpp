// Runs one fuzz target over a corpus and over mutations of it: always the same ones, so that a
// failure repeats. The work is done in a child process; whatever it dies of, the parent has the
// input.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t most_bytes = 64 * 1024;

/// The input under test, in memory that the parent sees as well.
struct Shared {
    std::size_t number;
    std::size_t size;
    std::array<std::uint8_t, most_bytes> bytes;
};

class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    /// Of 0 to `limit` - 1 (splitmix64).
    std::size_t below(std::size_t limit) {
        std::uint64_t value = state_ += 0x9e3779b97f4a7c15U;
        value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
        value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
        return static_cast<std::size_t>((value ^ (value >> 31U)) % limit);
    }

private:
    std::uint64_t state_;
};

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> read_corpus(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> inputs;
    inputs.reserve(paths.size());
    for (const auto& path : paths) {
        inputs.push_back(read_file(path).substr(0, most_bytes));
    }
    if (inputs.empty()) {
        throw std::runtime_error("no inputs in " + folder.string());
    }
    return inputs;
}

/// Lines such as "token\x0d\x0a", in libFuzzer's notation.
std::vector<std::string> read_dictionary(const std::filesystem::path& path) {
    std::vector<std::string> tokens;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        const auto begin = line.find('"');
        const auto end = line.rfind('"');
        if (line.starts_with('#') || begin == end) {
            continue;
        }
        std::string token;
        for (auto at = begin + 1; at < end; ++at) {
            if (line[at] != '\\') {
                token += line[at];
            } else if (line[++at] == 'x') {
                token += static_cast<char>(std::stoi(line.substr(at + 1, 2), nullptr, 16));
                at += 2;
            } else {
                token += line[at];
            }
        }
        tokens.push_back(token);
    }
    return tokens;
}

class Mutator {
public:
    Mutator(std::vector<std::string> corpus, std::vector<std::string> dictionary)
        : corpus_(std::move(corpus)), dictionary_(std::move(dictionary)) {}

    /// The `number`th input: first the corpus itself, then mutations of it.
    std::string input(std::size_t number) {
        if (number < corpus_.size()) {
            return corpus_[number];
        }
        Dice dice(number);
        std::string text = pick(corpus_, dice);
        for (std::size_t times = 1 + dice.below(4); times > 0; --times) {
            mutate(text, dice);
        }
        return text.substr(0, most_bytes);
    }

private:
    static const std::string& pick(const std::vector<std::string>& from, Dice& dice) {
        return from[dice.below(from.size())];
    }

    void mutate(std::string& text, Dice& dice) {
        const std::size_t at = dice.below(text.size() + 1);
        const std::size_t length = dice.below(1 + std::min<std::size_t>(32, text.size() - at));
        switch (dice.below(8)) {
            case 0: flip(text, dice); break;
            case 1: text.insert(at, 1, static_cast<char>(dice.below(256))); break;
            case 2: text.erase(at, length); break;
            case 3: text.insert(at, text.substr(at, length)); break;
            case 4: text.resize(at); break;
            case 5: splice(text, at, dice); break;
            case 6: change_number(text, at, dice); break;
            default:
                if (!dictionary_.empty()) {
                    text.replace(at, dice.below(2) == 0 ? 0 : length, pick(dictionary_, dice));
                }
        }
    }

    static void flip(std::string& text, Dice& dice) {
        if (!text.empty()) {
            char& letter = text[dice.below(text.size())];
            letter = static_cast<char>(letter ^ static_cast<char>(1U << dice.below(8)));
        }
    }

    /// Puts a piece of another input in.
    void splice(std::string& text, std::size_t at, Dice& dice) const {
        const std::string& other = pick(corpus_, dice);
        const std::size_t from = dice.below(other.size() + 1);
        text.insert(at, other.substr(from, dice.below(other.size() - from + 1)));
    }

    /// Lengths are where parsers err: replaces the next number by one near it, or by an edge.
    static void change_number(std::string& text, std::size_t at, Dice& dice) {
        constexpr std::string_view digits = "0123456789";
        constexpr std::array edges{"0", "-1", "65536", "4294967295", "18446744073709551616"};
        const auto begin = text.find_first_of(digits, at);
        if (begin == std::string::npos) {
            return;
        }
        const auto end = std::min(text.find_first_not_of(digits, begin), text.size());
        const std::string old = text.substr(begin, std::min<std::size_t>(end - begin, 15));
        const auto near = std::stoll(old) + static_cast<long long>(dice.below(5)) - 2;
        text.replace(
            begin,
            end - begin,
            dice.below(2) == 0 ? std::to_string(near) : edges.at(dice.below(edges.size())));
    }

    std::vector<std::string> corpus_;
    std::vector<std::string> dictionary_;
};

void run_all(Mutator& mutator, std::size_t iterations, Shared& shared) {
    for (std::size_t number = 0; number < iterations; ++number) {
        const std::string text = mutator.input(number);
        shared.number = number;
        shared.size = text.size();
        std::copy(text.begin(), text.end(), shared.bytes.begin());
        // A copy of its own size, so that reading beyond it is seen.
        const std::vector<std::uint8_t> input(text.begin(), text.end());
        LLVMFuzzerTestOneInput(input.data(), input.size());
    }
}

int run(const std::string& corpus,
        const std::string& dictionary,
        std::size_t iterations,
        const std::string& failure_path) {
    void* memory =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::runtime_error("no memory to share");
    }
    auto* shared = static_cast<Shared*>(memory);
    Mutator mutator(read_corpus(corpus), read_dictionary(dictionary));
    const pid_t child = ::fork();
    if (child == 0) {
        run_all(mutator, iterations, *shared);
        std::exit(0);  // so that the sanitizer looks for leaks
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child) {
        throw std::runtime_error("no child process");
    }
    if (status == 0) {
        std::printf("%zu inputs, no failure\n", iterations);
        return 0;
    }
    std::ofstream(failure_path, std::ios::binary)
        .write(reinterpret_cast<const char*>(shared->bytes.data()),
               static_cast<std::streamsize>(shared->size));
    std::fprintf(
        stderr, "failed at input %zu, which is in %s\n", shared->number, failure_path.c_str());
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::vector<std::string> arguments(argv, argv + argc);
        if (argc == 2) {
            const std::string text = read_file(arguments[1]);
            const std::vector<std::uint8_t> input(text.begin(), text.end());
            return LLVMFuzzerTestOneInput(input.data(), input.size());
        }
        if (argc != 5) {
            std::fprintf(stderr,
                         "usage: %s INPUT | CORPUS_FOLDER DICTIONARY ITERATIONS FAILURE_FILE\n",
                         arguments[0].c_str());
            return 2;
        }
        return run(arguments[1], arguments[2], std::stoul(arguments[3]), arguments[4]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
