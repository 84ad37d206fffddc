#include "engine/pipe.h"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace orrery;

namespace {

struct Reader {
    void read(Pipe<std::string>& pipe) {
        pipe.read([this](std::string piece) { told.push_back(std::move(piece)); },
                  [this](PipeEnd how) {
                      told.emplace_back(how == PipeEnd::whole ? "(end)" : "(broken off)");
                  });
    }
    std::vector<std::string> told;
};

}  // namespace

TEST_CASE("pipe: what was written before somebody reads is kept, in order, with the end") {
    Pipe<std::string> pipe;
    pipe.write("a");
    pipe.write("b");
    Reader late;
    SECTION("it goes on") {
        late.read(pipe);
        CHECK(late.told == std::vector<std::string>{"a", "b"});
        pipe.write("c");
        pipe.end();
        CHECK(late.told == std::vector<std::string>{"a", "b", "c", "(end)"});
    }
    SECTION("it has ended") {
        pipe.end();
        late.read(pipe);
        CHECK(late.told == std::vector<std::string>{"a", "b", "(end)"});
    }
}

TEST_CASE("pipe: the first end counts, and nothing comes after it") {
    Pipe<std::string> pipe;
    Reader reader;
    reader.read(pipe);
    pipe.end(PipeEnd::broken_off);
    pipe.write("a");
    pipe.end();
    CHECK(reader.told == std::vector<std::string>{"(broken off)"});
}

TEST_CASE("pipe: one that its writer forgets breaks off") {
    auto pipe = std::make_unique<Pipe<std::string>>();
    Reader reader;
    reader.read(*pipe);
    pipe.reset();
    CHECK(reader.told == std::vector<std::string>{"(broken off)"});
}
