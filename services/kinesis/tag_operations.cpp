// Tags of streams, the older way, and of streams and consumers. [docs: API_AddTagsToStream,
// API_TagResource]
#include "services/kinesis/operations.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace orrery::kinesis {

namespace {

using Tags = std::map<std::string, std::string>;

/// What ResourceARN names has them.
struct Tagged {
    Stream& stream;
    Tags& tags;
};

Tagged tagged(Request& request) {
    const Streams::Resource resource = named_resource(request);
    Tags& tags =
        resource.consumer == nullptr ? resource.stream->settings.tags : resource.consumer->tags;
    return {*resource.stream, tags};
}

void remove(const std::vector<std::string>& keys, Tags& tags) {
    for (const std::string& key : keys) {
        tags.erase(key);
    }
}

Json add_tags_to_stream(Request& request) {
    Stream& stream = existing_stream(request);
    const Json& tags = *request.parameters.optional("Tags");
    request.parameters.finish();
    add_tags(tags, stream.settings.tags);
    stream.changed();
    return Json::object();
}

Json remove_tags_from_stream(Request& request) {
    Stream& stream = existing_stream(request);
    const std::vector<std::string> keys = request.parameters.strings("TagKeys");
    request.parameters.finish();
    remove(keys, stream.settings.tags);
    stream.changed();
    return Json::object();
}

Json list_tags_for_stream(Request& request) {
    constexpr std::int64_t most = 50;
    const Stream& stream = existing_stream(request);
    const std::string* start = request.parameters.optional_text("ExclusiveStartTagKey");
    const auto limit =
        static_cast<std::size_t>(request.parameters.optional_integer("Limit").value_or(most));
    request.parameters.finish();
    const Tags& tags = stream.settings.tags;
    auto next = start == nullptr ? tags.begin() : tags.upper_bound(*start);
    Json list = Json::array();
    for (; next != tags.end() && list.size() < limit; ++next) {
        list.push_back({{"Key", next->first}, {"Value", next->second}});
    }
    return {{"Tags", std::move(list)}, {"HasMoreTags", next != tags.end()}};
}

Json tag_resource(Request& request) {
    const Tagged resource = tagged(request);
    const Json& tags = *request.parameters.optional("Tags");
    request.parameters.finish();
    add_tags(tags, resource.tags);
    resource.stream.changed();
    return Json::object();
}

Json untag_resource(Request& request) {
    const Tagged resource = tagged(request);
    const std::vector<std::string> keys = request.parameters.strings("TagKeys");
    request.parameters.finish();
    remove(keys, resource.tags);
    resource.stream.changed();
    return Json::object();
}

Json list_tags_for_resource(Request& request) {
    const Tagged resource = tagged(request);
    request.parameters.finish();
    Json list = Json::array();
    for (const auto& [key, value] : resource.tags) {
        list.push_back({{"Key", key}, {"Value", value}});
    }
    return {{"Tags", std::move(list)}};
}

}  // namespace

void add_tag_operations(const Rows& rows) {
    rows.add("AddTagsToStream", add_tags_to_stream);
    rows.add("ListTagsForResource", list_tags_for_resource);
    rows.add("ListTagsForStream", list_tags_for_stream);
    rows.add("RemoveTagsFromStream", remove_tags_from_stream);
    rows.add("TagResource", tag_resource);
    rows.add("UntagResource", untag_resource);
}

}  // namespace orrery::kinesis
