#include "scenarios/language/simulation.h"

#include "scenarios/language/names.h"
#include "scenarios/language/node_reader.h"
#include "scenarios/language/stub.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>

namespace orrery {

namespace {

FunctionBehaviour parse_function(const DocumentNode& name, const DocumentNode& node) {
    const std::string what = "'" + name.text + "'";
    require_mapping(node, what);
    expect_keys(node, {"cold_start", "duration", "stub"}, "a simulated function");
    FunctionBehaviour behaviour;
    behaviour.name = name;
    if (const DocumentNode* cold_start = node.find("cold_start")) {
        behaviour.cold_start = read_duration(*cold_start, "'cold_start'");
    }
    if (const DocumentNode* duration = node.find("duration")) {
        behaviour.duration = read_duration(*duration, "'duration'");
    }
    if (const DocumentNode* stub = node.find("stub")) {
        behaviour.stub = parse_stub(*stub);
    }
    return behaviour;
}

void parse_latencies(const DocumentNode& node, Simulation& simulation) {
    require_mapping(node, "'latency'");
    for (const auto& [service, latency] : node.members) {
        if (service.text != "rds" && service.text != "dynamodb") {
            throw UsageError(service.where,
                             "a latency of '" + service.text +
                                 "' is not supported yet, only of dynamodb and rds");
        }
        if (latency.is_mapping()) {
            throw UsageError(latency.where,
                             "latencies that vary are not supported yet: give one duration");
        }
        (service.text == "rds" ? simulation.rds_latency : simulation.dynamodb_latency) =
            read_duration(latency, "latency of " + service.text);
    }
}

/// "api.example.com", ".example.com", "10.1.2.3", each perhaps with ":443".
AllowedPlace parse_place(const DocumentNode& node) {
    const std::string& text = read_text(node, "an allowed place");
    AllowedPlace place;
    const auto colon = text.find(':');
    place.host = text.substr(0, colon);
    const bool proper =
        !place.host.empty() && place.host != "." && place.host.size() < shim::max_host_name &&
        std::all_of(place.host.begin(), place.host.end(), [](unsigned char letter) {
            return std::isalnum(letter) != 0 || letter == '.' || letter == '-' || letter == '_';
        });
    if (!proper) {
        throw UsageError(node.where,
                         "an allowed place is a host's name, '.' and the end of names, or a "
                         "numeric IPv4 address, perhaps with ':' and a port, not " +
                             describe(node));
    }
    if (colon != std::string::npos) {
        constexpr int highest_port = 65'535;
        const std::string port = text.substr(colon + 1);
        int number = 0;
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
        if (error != std::errc() || end != port.data() + port.size() || number < 1 ||
            number > highest_port) {
            throw UsageError(node.where,
                             "'" + port + "' is no port: that is a number from 1 to 65535");
        }
        place.port = static_cast<std::uint16_t>(number);
    }
    return place;
}

std::vector<AllowedPlace> parse_network(const DocumentNode& node) {
    require_mapping(node, "'network'");
    expect_keys(node, {"allow"}, "'network'");
    const DocumentNode& allow = require_member(node, "allow", "'network'");
    require_list(allow, "'allow'");
    std::vector<AllowedPlace> places;
    for (const DocumentNode& item : allow.items) {
        if (places.size() == shim::max_allowed) {
            throw UsageError(item.where,
                             "handlers can be allowed " + std::to_string(shim::max_allowed) +
                                 " places, not more");
        }
        places.push_back(parse_place(item));
    }
    return places;
}

std::vector<std::string_view> fault_point_names() {
    std::vector<std::string_view> names;
    for (const FaultPoint& point : Faults::points()) {
        names.push_back(point.name);
    }
    return names;
}

const FaultPoint& read_point(const DocumentNode& node) {
    const std::string& name = read_text(node, "'point'");
    for (const FaultPoint& point : Faults::points()) {
        if (point.name == name) {
            return point;
        }
    }
    throw UsageError(
        node.where,
        "there is no fault point '" + name + "'" + suggestion(name, fault_point_names()));
}

FaultEntry parse_fault(const DocumentNode& node) {
    const FaultPoint& point = read_point(require_member(node, "point", "a fault"));
    std::vector<std::string_view> keys{"point", "probability", "occurrences"};
    keys.insert(keys.end(), point.selectors.begin(), point.selectors.end());
    expect_keys(node, keys, "a fault at " + point.name);
    FaultEntry entry;
    entry.rule.point = point.name;
    if (const DocumentNode* probability = node.find("probability")) {
        entry.rule.parts_per_million = read_probability(*probability, "'probability'");
    }
    if (const DocumentNode* occurrences = node.find("occurrences")) {
        require_list(*occurrences, "'occurrences'");
        for (const DocumentNode& item : occurrences->items) {
            entry.rule.occurrences.push_back(read_count(item, "an occurrence", 1, 1'000'000'000));
        }
    }
    for (const std::string& selector : point.selectors) {
        if (const DocumentNode* resource = node.find(selector)) {
            entry.resources[selector] = *resource;
        }
    }
    return entry;
}

}  // namespace

Simulation parse_simulation(const DocumentNode& node) {
    require_mapping(node, "'simulate'");
    expect_keys(node, {"functions", "latency", "faults", "python", "network"}, "'simulate'");
    Simulation simulation;
    if (const DocumentNode* functions = node.find("functions")) {
        require_mapping(*functions, "'functions'");
        for (const auto& [name, behaviour] : functions->members) {
            simulation.functions.push_back(parse_function(name, behaviour));
        }
    }
    if (const DocumentNode* latency = node.find("latency")) {
        parse_latencies(*latency, simulation);
    }
    if (const DocumentNode* faults = node.find("faults")) {
        require_list(*faults, "'faults'");
        for (const DocumentNode& fault : faults->items) {
            simulation.faults.push_back(parse_fault(fault));
        }
    }
    if (const DocumentNode* network = node.find("network")) {
        simulation.allowed = parse_network(*network);
    }
    if (const DocumentNode* python = node.find("python")) {
        read_text(*python, "'python'");
        simulation.python = *python;
    }
    return simulation;
}

void check_names(const Simulation& simulation, const Names& names) {
    for (const FunctionBehaviour& behaviour : simulation.functions) {
        names.require_resource(behaviour.name, resource_types::function, "function");
    }
    for (const FaultEntry& fault : simulation.faults) {
        for (const auto& [selector, resource] : fault.resources) {
            const auto& types = selector == "queue"   ? resource_types::queue
                                : selector == "table" ? resource_types::table
                                                      : resource_types::function;
            names.require_resource(resource, types, selector);
        }
    }
}

}  // namespace orrery
