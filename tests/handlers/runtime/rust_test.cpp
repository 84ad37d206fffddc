// Rust functions: a bootstrap that rustc links with the C library, as it does by default, obeys the
// virtual clock. It speaks the Runtime API by itself: crates are not to be had everywhere.
#include "tests/handlers/runtime/provided_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::test;

using Kind = lambda::Outcome::Kind;

namespace {

constexpr const char* rust_bootstrap = R"rust(
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fn ask(method: &str, path: &str, body: &str) -> String {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{} /2018-06-01/runtime/invocation/{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
        method, path, body.len(), body
    ).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn handle() -> String {
    let begin = Instant::now();
    thread::sleep(Duration::from_secs(60));
    let sleepers: Vec<_> = (1..4)
        .map(|n| thread::spawn(move || { thread::sleep(Duration::from_secs(n)); n }))
        .collect();
    let sum: u64 = sleepers.into_iter().map(|sleeper| sleeper.join().unwrap()).sum();
    let (_sender, receiver) = mpsc::channel::<u64>();
    let nothing = receiver.recv_timeout(Duration::from_secs(7)).is_err();
    let keys: Vec<String> = (0..9).map(|n| (n, n)).collect::<HashMap<i32, i32>>().keys()
        .map(|key| key.to_string()).collect();
    format!(
        "[{},{},{},{},[{}]]",
        begin.elapsed().as_secs(), SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs(), sum, nothing, keys.join(",")
    )
}

fn main() {
    loop {
        let next = ask("GET", "next", "");
        let id = next.lines()
            .find_map(|line| line.strip_prefix("Lambda-Runtime-Aws-Request-Id: "))
            .unwrap().trim().to_string();
        let body = next.split("\r\n\r\n").nth(1).unwrap();
        if body.contains("panic") {
            panic!("as asked");
        }
        ask("POST", &format!("{}/response", id), &handle());
    }
}
)rust";

bool build(const TemporaryFolder& folder) {
    folder.write("main.rs", rust_bootstrap);
    const std::string path = folder.path().string();
    return shell("rustc --edition 2021 -O -o " + path + "/bootstrap " + path + "/main.rs >&2");
}

}  // namespace

TEST_CASE("rust: sleeps, threads, time-outs, clocks and randomness are the world's") {
    const TemporaryFolder program;
    if (!build(program)) {
        WARN("SKIPPED: no working rustc on the PATH (apt-get install rustc)");
        return;
    }
    std::string before;
    for (int run = 0; run < 2; ++run) {
        World world;
        RunningFunction function("", world);
        function.function.runtime = "provided.al2023";
        function.function.directory = program.path();
        REQUIRE(function.start().kind == Kind::success);
        const auto outcome = function.invoke("{}");
        REQUIRE(outcome);
        INFO(outcome->payload);
        REQUIRE(outcome->kind == Kind::success);
        const Json answer = Json::parse(outcome->payload);
        CHECK(answer[0] == 70);
        CHECK(answer[1] == 1767225670);
        CHECK(answer[2] == 6);
        CHECK(answer[3] == true);
        // The order of a HashMap is drawn anew for each process.
        CHECK((run == 0 || outcome->payload == before));
        before = outcome->payload;
        CHECK(function.invoke("panic")->kind == Kind::exited);
    }
}
