/// Turns the JSON of a compact model into shapes and operations; only Model uses it.
#pragma once

#include "engine/json.h"
#include "services/aws/model.h"
#include "services/aws/rest_routes.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::aws {

struct Model::Impl {
    ServiceInfo service;
    std::string source;
    std::map<std::string, std::unique_ptr<Shape>, std::less<>> shapes;
    std::vector<std::unique_ptr<const Operation>> operations;
    std::vector<const Operation*> operations_by_name;
    std::map<std::string, const Shape*, std::less<>> errors_by_code;
    std::unique_ptr<const RestRoutes> routes;
};

/// Every value is checked before it is used: ModelError names the path of the first one that is
/// wrong ("shapes.String.type").
class ModelReader {
public:
    explicit ModelReader(Model::Impl& model) : model_(model) {}
    void read(const Json& root);

private:
    void read_service(const Json& value);
    void read_shape(const Json& value, Shape& shape);
    void read_structure(const Json& value, Shape& shape);
    void read_limits(const Json& value, Shape& shape);
    void read_error(const Json& value, Shape& shape);
    void read_operation(const std::string& name, const Json& value);
    Member read_member(const Json& value, std::string name);
    void read_member_details(const Json& value, Member& member);
    void finish_shapes();
    void finish_member(Member& member, const std::string& standard_name) const;

    const Shape* shape(std::string_view name, std::string_view where) const;
    [[noreturn]] void fail(std::string_view where, std::string_view problem) const;

    const Json* find(const Json& object, const char* key) const;
    const std::string* text(const Json& object, const char* key) const;
    std::string text_or(const Json& object, const char* key, std::string_view otherwise) const;
    bool flag(const Json& object, const char* key) const;
    int status(const Json& object, const char* key, int otherwise) const;
    std::vector<std::string> texts(const Json& object, const char* key) const;
    XmlNamespace xml_namespace(const Json& object, const char* key) const;
    TimestampFormat timestamp_format(const Json& object) const;
    const Json& object(const Json& value, std::string_view where) const;

    Model::Impl& model_;
    std::string path_;  // of what is being read, for errors
    bool ec2_ = false;
};

}  // namespace orrery::aws
