/// Which operation of a REST service a request means: its method and path, held against the URI
/// patterns of the model.
#pragma once

#include "engine/net/http.h"
#include "services/aws/model.h"

#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::aws {

struct RestRoute {
    const Operation* operation = nullptr;  // null: no pattern fits
    /// The values of the pattern's labels, still percent-encoded, as parts of the request's target.
    std::vector<std::pair<std::string_view, std::string_view>> labels;
};

/// The URI patterns of one model, which must outlive it and has it: Model::routes().
class RestRoutes {
public:
    explicit RestRoutes(std::span<const std::unique_ptr<const Operation>> operations);

    RestRoute find(const HttpRequest& request) const;

private:
    enum class SegmentKind { literal, label, greedy_label };  // the most specific first
    struct Segment {
        SegmentKind kind;
        std::string_view text;  // a literal, or a label's name
    };
    struct Candidate {
        const Operation* operation;
        std::vector<std::string_view> queries;  // "acl", "list-type=2": all must be there
        std::vector<const Member*> marks;       // required members of query string and headers
    };
    struct Path {
        std::vector<Segment> segments;
        std::vector<Candidate> candidates;  // the one that asks for most first
    };

    static Path parse(std::string_view pattern);
    static std::vector<const Member*> marks_of(const Operation& operation);
    static bool match(const Path& path,
                      const std::vector<std::string_view>& segments,
                      RestRoute& route);
    static const Operation* choose(const Path& path, const HttpRequest& request);

    std::vector<Path> paths_;  // the most specific first
};

}  // namespace orrery::aws
