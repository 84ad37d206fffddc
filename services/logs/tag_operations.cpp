// Tags of log groups, in the present form and the older one.
#include "services/aws/error.h"
#include "services/logs/limits.h"
#include "services/logs/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::logs {

namespace {

LogGroup& named(Request& request) {
    return request.group();
}
LogGroup& of_arn(Request& request) {
    return request.tagged_group();
}

using FindGroup = LogGroup& (*)(Request&);

template <FindGroup find>
Json add_tags(Request& request) {
    LogGroup& group = find(request);
    auto tags = group.tags;
    const Json& added = *request.parameters.optional("tags");
    for (auto tag = added.begin(); tag != added.end(); ++tag) {
        tags[tag.key()] = tag->get_ref<const std::string&>();
    }
    request.parameters.finish();
    if (tags.size() > limits::tags_per_group) {
        throw aws::ApiError("TooManyTagsException", "The log group can have no more than 50 tags.");
    }
    group.tags = std::move(tags);
    request.groups.changed(group);
    return Json::object();
}

template <FindGroup find>
Json untag(Request& request, const char* member) {
    LogGroup& group = find(request);
    for (const std::string& key : request.parameters.strings(member)) {
        group.tags.erase(key);
    }
    request.parameters.finish();
    request.groups.changed(group);
    return Json::object();
}

template <FindGroup find>
Json list(Request& request) {
    const LogGroup& group = find(request);
    request.parameters.finish();
    return {{"tags", group.tags}};
}

}  // namespace

void add_tag_operations(aws::ApiService& api, LogsService& service) {
    const Rows rows(api, service);
    rows.add("ListTagsForResource", list<of_arn>);
    rows.add("ListTagsLogGroup", list<named>);
    rows.add("TagLogGroup", add_tags<named>);
    rows.add("TagResource", add_tags<of_arn>);
    rows.add("UntagLogGroup", [](Request& request) { return untag<named>(request, "tags"); });
    rows.add("UntagResource", [](Request& request) { return untag<of_arn>(request, "tagKeys"); });
}

}  // namespace orrery::logs
