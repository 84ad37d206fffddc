/// The conventions that a program can check: each is a function from files to what
/// breaks it.
#pragma once

#include "tests/tidy/source.h"

#include <set>
#include <string>
#include <vector>

namespace orrery::tidy {

struct Finding {
    std::string path;
    std::size_t line = 0;  // from 1; 0 for the file as a whole
    std::string what;
};
using Findings = std::vector<Finding>;

/// Includes run down the house (tools, scenarios, handlers, services, engine), never up or across
/// services.
Findings includes_up_or_across(const File& file);

/// Only the seams ask the operating system for time, randomness, environment variables or threads.
Findings banned_names_in(const File& file);

struct Exception {
    std::string path;             // a file, or a folder with its '/'
    std::set<std::string> names;  // empty: all
    std::string reason;
};
/// Where which banned names may be used, and why.
const std::vector<Exception>& exceptions();
/// Exceptions that nothing needs any more.
Findings stale_exceptions(const Tree& tree, const std::vector<Exception>& list);

/// An unordered container is only ever looked up in, and the comment at its declaration says "never
/// iterated".
Findings unordered_containers(const File& file);

/// A header's first line is a sentence that says what it is.
Findings header_without_sentence(const File& file);

/// Every operation has a test that names it and a line in its service's coverage table.
Findings untested_operations(const Tree& tree);
/// Service folders without tests or without a README.md.
Findings incomplete_services(const Tree& tree);

/// No file names a path that exists on one machine only.
Findings machine_paths(const File& file);
/// No file notes unfinished work.
Findings unfinished_work(const File& file);
/// No source file has more than 600 lines.
Findings too_long(const File& file);

}  // namespace orrery::tidy
