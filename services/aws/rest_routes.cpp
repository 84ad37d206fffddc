#include "services/aws/rest_routes.h"

#include <algorithm>
#include <tuple>

namespace orrery::aws {

namespace {

/// The parts between the '/'s, without the one before the first. "/" has none; "/a/" has an empty
/// last one.
std::vector<std::string_view> split_path(std::string_view path) {
    std::vector<std::string_view> parts;
    if (path.starts_with('/')) {
        path.remove_prefix(1);
    }
    if (path.empty()) {
        return parts;
    }
    while (true) {
        const std::size_t end = path.find('/');
        parts.push_back(path.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        path.remove_prefix(end + 1);
    }
}

/// Calls `visit` with each "name=value" or "name" until it returns true; whether it did.
template <typename Visit>
bool any_query(std::string_view query, Visit visit) {
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        if (visit(query.substr(0, end))) {
            return true;
        }
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return false;
}

std::string_view query_name(std::string_view one) {
    return one.substr(0, one.find('='));
}

/// "acl" asks for the name whatever its value is, "list-type=2" for both.
bool has_query(std::string_view query, std::string_view wanted) {
    const bool with_value = wanted.find('=') != std::string_view::npos;
    return any_query(query, [&](std::string_view one) {
        return (with_value ? one : query_name(one)) == wanted;
    });
}

bool has_mark(const HttpRequest& request, const Member& member) {
    return member.location == Location::header ? request.header(member.location_name) != nullptr
                                               : has_query(request.query(), member.location_name);
}

}  // namespace

RestRoutes::RestRoutes(std::span<const std::unique_ptr<const Operation>> operations) {
    const auto same = [](const Segment& left, const Segment& right) {
        return left.kind == right.kind && left.text == right.text;
    };
    for (const auto& operation : operations) {
        Path path = parse(operation->uri);
        Candidate candidate{operation.get(), {}, marks_of(*operation)};
        const std::string_view uri = operation->uri;
        const std::size_t mark = uri.find('?');
        if (mark != std::string_view::npos) {
            any_query(uri.substr(mark + 1), [&](std::string_view one) {
                candidate.queries.push_back(one);
                return false;
            });
        }
        auto known = std::find_if(paths_.begin(), paths_.end(), [&](const Path& each) {
            return std::equal(each.segments.begin(),
                              each.segments.end(),
                              path.segments.begin(),
                              path.segments.end(),
                              same);
        });
        if (known == paths_.end()) {
            paths_.push_back(std::move(path));
            known = std::prev(paths_.end());
        }
        known->candidates.push_back(std::move(candidate));
    }
    std::stable_sort(paths_.begin(), paths_.end(), [](const Path& left, const Path& right) {
        return std::lexicographical_compare(
            left.segments.begin(),
            left.segments.end(),
            right.segments.begin(),
            right.segments.end(),
            [](const Segment& one, const Segment& other) { return one.kind < other.kind; });
    });
    for (Path& path : paths_) {
        std::stable_sort(path.candidates.begin(),
                         path.candidates.end(),
                         [](const Candidate& left, const Candidate& right) {
                             return std::tuple(left.queries.size(), left.marks.size()) >
                                    std::tuple(right.queries.size(), right.marks.size());
                         });
    }
}

RestRoutes::Path RestRoutes::parse(std::string_view pattern) {
    Path path;
    for (const std::string_view part : split_path(pattern.substr(0, pattern.find('?')))) {
        if (part.starts_with('{') && part.ends_with("+}")) {
            path.segments.push_back({SegmentKind::greedy_label, part.substr(1, part.size() - 3)});
        } else if (part.starts_with('{') && part.ends_with('}')) {
            path.segments.push_back({SegmentKind::label, part.substr(1, part.size() - 2)});
        } else {
            path.segments.push_back({SegmentKind::literal, part});
        }
    }
    // Whether a path ends with '/' makes no difference, so patterns do without.
    if (!path.segments.empty() && path.segments.back().text.empty()) {
        path.segments.pop_back();
    }
    return path;
}

/// Operations of S3 that share method and path are told apart by what they require: UploadPart is
/// PutObject with partNumber and uploadId. [botocore]
std::vector<const Member*> RestRoutes::marks_of(const Operation& operation) {
    std::vector<const Member*> marks;
    if (operation.input != nullptr) {
        for (const Member& member : operation.input->members) {
            if (member.required && (member.location == Location::query_string ||
                                    member.location == Location::header)) {
                marks.push_back(&member);
            }
        }
    }
    return marks;
}

bool RestRoutes::match(const Path& path,
                       const std::vector<std::string_view>& segments,
                       RestRoute& route) {
    route.labels.clear();
    std::size_t at = 0;
    for (std::size_t index = 0; index < path.segments.size(); ++index) {
        const Segment& wanted = path.segments[index];
        if (at >= segments.size()) {
            return false;
        }
        if (wanted.kind == SegmentKind::greedy_label) {
            const std::size_t after = path.segments.size() - index - 1;
            if (segments.size() < at + 1 + after) {
                return false;
            }
            const std::size_t last = segments.size() - after - 1;
            const char* const begin = segments[at].data();
            const char* const end = segments[last].data() + segments[last].size();
            if (begin == end) {
                return false;
            }
            route.labels.emplace_back(
                wanted.text, std::string_view(begin, static_cast<std::size_t>(end - begin)));
            at = last + 1;
            continue;
        }
        const std::string_view given = segments[at++];
        if (wanted.kind == SegmentKind::label ? given.empty() : given != wanted.text) {
            return false;
        }
        if (wanted.kind == SegmentKind::label) {
            route.labels.emplace_back(wanted.text, given);
        }
    }
    return at == segments.size() || (at + 1 == segments.size() && segments[at].empty());
}

const Operation* RestRoutes::choose(const Path& path, const HttpRequest& request) {
    const Operation* nearest = nullptr;
    for (const Candidate& candidate : path.candidates) {
        if (candidate.operation->method != request.method ||
            !std::all_of(candidate.queries.begin(),
                         candidate.queries.end(),
                         [&](std::string_view one) { return has_query(request.query(), one); })) {
            continue;
        }
        if (std::all_of(candidate.marks.begin(), candidate.marks.end(), [&](const Member* mark) {
                return has_mark(request, *mark);
            })) {
            return candidate.operation;
        }
        // Something that is required is missing: the operation itself must say so.
        nearest = candidate.operation;
    }
    return nearest;
}

RestRoute RestRoutes::find(const HttpRequest& request) const {
    const std::vector<std::string_view> segments = split_path(request.path());
    RestRoute route;
    for (const Path& path : paths_) {
        if (match(path, segments, route)) {
            route.operation = choose(path, request);
            if (route.operation != nullptr) {
                return route;
            }
        }
    }
    return {};
}

}  // namespace orrery::aws
