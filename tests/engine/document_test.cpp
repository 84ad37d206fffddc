#include "engine/document.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

using namespace orrery;

namespace {

DocumentNode parse(std::string_view text) {
    return parse_document(text, "file.yaml");
}
Json value(std::string_view text) {
    return parse(text).to_json();
}

/// The message of the UsageError that `action` throws.
template <typename Action>
std::string error_of(Action action) {
    try {
        action();
    } catch (const UsageError& error) {
        return error.what();
    }
    return "no error";
}

std::string parse_error(std::string_view text) {
    return error_of([text] { parse(text); });
}

std::string place(const DocumentNode& node) {
    return std::to_string(node.where.line) + ":" + std::to_string(node.where.column);
}

}  // namespace

TEST_CASE(
    "document: plain scalars are typed as YAML 1.2's core schema does, quoted ones are strings") {
    const auto [text, expected] = GENERATE(table<std::string, Json>({
        {"null", nullptr},
        {"~", nullptr},
        {"Null", nullptr},
        {"true", true},
        {"FALSE", false},
        {"tRUE", "tRUE"},
        {"yes", "yes"},
        {"off", "off"},
        {"12", 12},
        {"-7", -7},
        {"+3", 3},
        {"0x1F", 31},
        {"0o17", 15},
        {"017", "017"},
        {"000000000000", "000000000000"},
        {"9223372036854775807", 9223372036854775807},
        {"18446744073709551615", 18446744073709551615u},
        {"99999999999999999999", "99999999999999999999"},
        {"-9223372036854775809", "-9223372036854775809"},
        {"1.5", 1.5},
        {".5", 0.5},
        {"1.", 1.0},
        {"+1e3", 1000.0},
        {"1.2.3", "1.2.3"},
        {"e3", "e3"},
        {".", "."},
        {"2010-09-09", "2010-09-09"},
        {"12:30", "12:30"},
        {"'12'", "12"},
        {"\"null\"", "null"},
        {"\"\"", ""},
        {"!!str 12", "12"},
        {"|\n  12\n", "12\n"},
        {"\"\\u00e9\\n\"", "\xC3\xA9\n"},
    }));
    CAPTURE(text);
    CHECK(value(text) == expected);
}

TEST_CASE("document: an integer stays an integer, a float a float") {
    CHECK(value("12").is_number_integer());
    CHECK(value("12.0").is_number_float());
    CHECK(error_of([] { value("a: 1e999"); }) ==
          "file.yaml:1:4: the number '1e999' is out of range");
}

TEST_CASE("document: every node knows its line and column") {
    const DocumentNode root = parse(
        "# a comment\n"
        "first: 1\n"
        "list:\n"
        "  - a\n"
        "  - b: 2\n"
        "    'c': [x, {y: z}]\n"
        "last: null\n");
    CHECK(place(root) == "2:1");
    CHECK(place(*root.find("first")) == "2:8");
    const DocumentNode& list = *root.find("list");
    CHECK(place(list) == "4:3");
    CHECK(place(list.items[0]) == "4:5");
    CHECK(place(list.items[1]) == "5:5");
    CHECK(place(list.items[1].members[1].key) == "6:5");
    const DocumentNode& flow = *list.items[1].find("c");
    CHECK(place(flow) == "6:10");
    CHECK(place(flow.items[1]) == "6:14");
    CHECK(place(*flow.items[1].find("y")) == "6:18");
    CHECK(place(root.members[2].key) == "7:1");
    CHECK(place(*root.find("last")) == "7:7");
}

TEST_CASE("document: a value left out stands where its key does") {
    const DocumentNode root = parse("a: 1\nempty:\n\nnullable: 2\nlist:\n  -\n  - x\n");
    CHECK(root.find("empty")->kind == DocumentNode::Kind::null);
    CHECK(place(*root.find("empty")) == "2:1");
    CHECK(place(root.find("list")->items[0]) == "6:3");
}

TEST_CASE("document: columns count characters, whatever their bytes and whatever the line's end") {
    const DocumentNode root = parse("\xEF\xBB\xBF{\"\xC3\xA9\xE2\x82\xAC\": [1], b: 2}\r\n");
    CHECK(place(root) == "1:1");
    CHECK(place(*root.find("\xC3\xA9\xE2\x82\xAC")) == "1:8");
    CHECK(place(*root.find("b")) == "1:16");
}

TEST_CASE("document: JSON is read as it is, tabs included") {
    CHECK(value("{\n\t\"a\":[1,2.5,true,null,\"x\\/y\\u0041\"],\n\t\"b\":{}\n}\n") ==
          Json::parse(R"({"a": [1, 2.5, true, null, "x/yA"], "b": {}})"));
}

TEST_CASE("document: members keep the file's order, and an empty file is null") {
    const DocumentNode root = parse("z: 1\na: 2\n");
    CHECK(root.members[0].key.text == "z");
    CHECK(root.find("missing") == nullptr);
    const DocumentNode nothing = parse("# nothing\n");
    CHECK(nothing.kind == DocumentNode::Kind::null);
    CHECK(place(nothing) == "1:1");
}

TEST_CASE("document: a tag is kept with its place, and its scalar is its text") {
    const DocumentNode root = parse("a: !Ref Queue\nb: !Sub 12\nc: !Join [',', [x]]\nd: !Empty\n");
    CHECK(root.find("a")->tag == "!Ref");
    CHECK(place(*root.find("a")) == "1:4");
    const auto rule = [](const DocumentNode& node, Json inner) {
        return Json{{node.tag.substr(1), std::move(inner)}};
    };
    CHECK(root.to_json(rule) == Json::parse(R"({"a": {"Ref": "Queue"}, "b": {"Sub": "12"},
                                               "c": {"Join": [",", ["x"]]}, "d": {"Empty": ""}})"));
    CHECK(error_of([&root] { root.to_json(); }) ==
          "file.yaml:1:4: the tag !Ref means nothing here");
    CHECK(error_of([] { value("a: !!binary aGk="); }) ==
          "file.yaml:1:4: the tag !!binary means nothing here");
}

TEST_CASE("document: aliases repeat their anchor's node and its place") {
    const DocumentNode root = parse("a: &x {k: 1}\nb: *x\n");
    CHECK(root.to_json() == Json::parse(R"({"a": {"k": 1}, "b": {"k": 1}})"));
    CHECK(place(*root.find("b")->find("k")) == "1:11");
}

TEST_CASE("document: what cannot be read is refused with its place") {
    const auto [text, message] = GENERATE(table<std::string, std::string>({
        {"a: 1\nb: 2\na: 3\n", "file.yaml:3:1: duplicate key 'a'; it first stands in line 1"},
        {"{\"1\": a, 1: b}", "file.yaml:1:10: duplicate key '1'; it first stands in line 1"},
        {"a: *missing\n", "file.yaml:1:4: the referenced anchor is not defined"},
        {"a: &x\n  - *x\n", "file.yaml:2:5: an alias of a node that contains it"},
        {"a: 1\n---\nb: 2\n",
         "file.yaml:2:1: text after the end of the document: one file holds one document"},
        {"d: &x {k: 1}\ne:\n  <<: *x\n",
         "file.yaml:3:3: merge keys (<<) are not supported: repeat the keys, or alias the whole "
         "value"},
        {"? [a, b]\n: 1\n", "file.yaml:1:3: a key must be text, without a tag"},
        {"!Ref a: 1\n", "file.yaml:1:1: a key must be text, without a tag"},
        {"a: [1, 2\nb: 3\n", "file.yaml:2:2: end of sequence flow not found"},
        {"a: \"\\ud83d\\ude00\"",
         "file.yaml:1:11: a \\u escape that is no character; write a character outside the first "
         "65,536 as itself"},
        {"a: b\xFF", "file.yaml:1:5: this is not UTF-8 text"},
        {"a:\n  \x04 b", "file.yaml:2:3: a control character; this must be text"},
    }));
    CAPTURE(text);
    CHECK(parse_error(text) == message);
}

TEST_CASE("document: aliases that multiply are refused before they fill the memory") {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 10; ++j)
            text += before + (j < 9 ? ", " : "]\n");
    }
    CHECK_THAT(parse_error(text), Catch::Contains("more than 2000000 nodes, aliases expanded"));
}

TEST_CASE("document: nesting is bounded, also through aliases") {
    const std::string deep = std::string(400, '[') + std::string(400, ']');
    CHECK(parse_error(deep) == "no error");
    CHECK(parse_error("[" + deep + "]") == "file.yaml:1:401: nested more than 400 deep");
    CHECK_THAT(parse_error(std::string(1'000'000, '[')),
               Catch::Contains("nested more than 400 deep"));
    const std::string half = std::string(210, '[') + std::string(210, ']');
    const std::string around = std::string(210, '[') + "*a" + std::string(210, ']');
    CHECK_THAT(parse_error("a: &a " + half + "\nb: " + around + "\n"),
               Catch::Contains("file.yaml:2:214: aliases nested too deep"));
}

TEST_CASE("document: more than 64 MiB of text is refused") {
    const std::string text(64 * 1024 * 1024 + 1, ' ');
    CHECK(parse_error(text) == "file.yaml: larger than 64 MiB");
}

TEST_CASE("document: reading a file names it as it was given, and says why it cannot be read") {
    namespace fs = std::filesystem;
    const fs::path folder = fs::path(ORRERY_BUILD_DIR) / "document_test";
    fs::create_directories(folder);
    std::ofstream(folder / "bad.yaml") << "a: 1\na: 2\n";
    const std::string bad = (folder / "bad.yaml").string();
    CHECK(error_of([&] { read_document(bad); }) ==
          bad + ":2:1: duplicate key 'a'; it first stands in line 1");
    const std::string missing = (folder / "missing.yaml").string();
    CHECK(error_of([&] { read_document(missing); }) ==
          missing + ": cannot be read: No such file or directory");
    CHECK(error_of([&] { read_document(folder); }) ==
          folder.string() + ": this is a folder, not a file");
    fs::remove_all(folder);
}

TEST_CASE(
    "document expect_keys: an unknown key is named with its place and the nearest allowed one") {
    const DocumentNode root = parse("queue: a\n  \nmesages: []\n");
    CHECK(error_of([&] {
              expect_keys(root, {"queue", "messages"}, "a queue expectation");
          }) ==
          "file.yaml:3:1: unknown key 'mesages' in a queue expectation; did you mean 'messages'?");
    CHECK(error_of([&] {
              expect_keys(root, {"queue", "depth"}, "a queue expectation");
          }) ==
          "file.yaml:3:1: unknown key 'mesages' in a queue expectation; allowed: queue, depth");
    CHECK(error_of([&] { expect_keys(root, {"queue", "mesages"}, "it"); }) == "no error");
    CHECK(error_of([] { expect_keys(parse("[1]"), {}, "a step"); }) ==
          "file.yaml:1:1: a step must be a mapping (key: value)");
}

TEST_CASE("document nearest: edit distance with swaps, case aside, up to a third of the word") {
    CHECK(nearest("mesages", {"queue", "messages"}) == "messages");
    CHECK(nearest("QUEUE", {"queue", "quota"}) == "queue");
    CHECK(nearest("dpeth", {"death_row", "depth"}) == "depth");
    CHECK(nearest("at", {"on", "by"}).empty());
    CHECK(nearest("expectations", {"expect", "steps"}).empty());
    CHECK(nearest("x", {"y"}).empty());
    CHECK(nearest("word", {}).empty());
    CHECK(nearest(std::string(10'000, 'a'), {std::string_view("aaa")}).empty());
}
