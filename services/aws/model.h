/// What AWS says about a service's operations and their shapes: read from the compact models that
/// tools/import-model writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::aws {

/// A model that is not what tools/import-model writes.
class ModelError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

enum class ShapeKind {
    structure,
    list,
    map,
    string,
    blob,
    timestamp,
    boolean,
    integer,
    long_integer,
    floating,  // float and double
    document,  // any JSON
};

/// Where HTTP carries a member, in REST protocols.
enum class Location { body, uri, query_string, header, headers, status_code };

enum class TimestampFormat { standard, iso8601, unix_seconds, rfc822 };

struct XmlNamespace {
    std::string uri;  // empty: none
    std::string prefix;
};

struct Shape;

/// A member of a structure, an element of a list, or a key or value of a map.
struct Member {
    std::string name;              // in canonical JSON and in awsJson; empty in lists and maps
    const Shape* shape = nullptr;  // never null in a model that has been read
    std::string location_name;     // in restJson, restXml, headers, URIs; `name` if nothing else
    std::string query_name;        // in requests of awsQuery and ec2Query
    std::string xml_name;          // in answers of awsQuery and ec2Query
    bool required = false;
    bool flattened = false;  // here or on the shape
    bool streaming = false;
    bool xml_attribute = false;
    bool event_payload = false;
    bool event_header = false;
    bool idempotency_token = false;
    Location location = Location::body;
    TimestampFormat timestamp_format = TimestampFormat::standard;  // here or on the shape
    XmlNamespace xml_namespace;                                    // here or on the shape
};

/// How an error looks on the wire.
struct ErrorTraits {
    std::string code;  // in XML and in x-amzn-query-error; the shape's name if nothing else
    int status = 400;
    bool sender_fault = true;
    std::string json_namespace;  // of __type; empty: that of the service
};

struct Shape {
    std::string name;
    ShapeKind kind = ShapeKind::string;
    std::vector<Member> members;  // of a structure, in the model's order
    Member element;               // of a list
    Member key;                   // of a map
    Member value;                 // of a map
    /// Of a string's or blob's length, of a list's or map's size, of a number.
    std::optional<double> minimum;
    std::optional<double> maximum;
    std::string pattern;                   // empty: any
    std::vector<std::string> enumeration;  // in the model's order; empty: any
    const Member* payload = nullptr;       // what the HTTP body is, in REST protocols
    std::optional<ErrorTraits> error;      // of exceptions
    bool flattened = false;
    bool streaming = false;
    bool union_of = false;  // a structure of which one member is given
    bool event_stream = false;
    bool event = false;
    std::string
        location_name;       // what members of this shape are called unless they say; usually empty
    std::string query_name;  // the same in the query protocol
    XmlNamespace xml_namespace;
    TimestampFormat timestamp_format = TimestampFormat::standard;

    /// By canonical name; null if there is none.
    const Member* find(std::string_view member) const;
    /// How many members are required.
    std::size_t required_members() const { return required_members_; }

private:
    friend class ModelReader;
    std::vector<const Member*> by_name_;
    std::size_t required_members_ = 0;
};

struct Operation {
    std::string name;
    const Shape* input = nullptr;   // null: none
    const Shape* output = nullptr;  // null: none
    std::vector<const Shape*> errors;
    std::string method = "POST";
    std::string uri = "/";
    int status = 200;
    std::string result_wrapper;    // the element around the result in awsQuery; empty: none
    std::string input_name;        // the root element of a restXml request; empty: none
    XmlNamespace input_namespace;  // of that element
    std::string host_prefix;       // "streaming-"; usually empty
};

struct ServiceInfo {
    std::string name;  // ours and the CLI's: "logs"
    std::string service_id;
    std::string api_version;
    std::vector<std::string> protocols;  // botocore's names: "json", "query", "rest-json" ...
    std::string endpoint_prefix;         // "monitoring"
    std::string signing_name;
    std::string target_prefix;  // before the '.' of X-Amz-Target, and rpc-v2-cbor's service
    std::string json_version;   // "1.0", "1.1"
    std::string xml_namespace;
    bool query_compatible = false;  // JSON errors carry the code of the query protocol beside

    bool speaks(std::string_view protocol) const;
};

class RestRoutes;

/// One service's model. Nothing in it ever changes or moves, so pointers into it are kept freely.
class Model {
public:
    /// Reads a compact model. Throws ModelError that says where it is malformed.
    Model(std::string name, std::string_view text);
    ~Model();
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    const ServiceInfo& service() const;
    /// Where the model is from: "botocore 1.43.62".
    const std::string& source() const;
    /// In the model's order.
    const std::vector<std::unique_ptr<const Operation>>& operations() const;
    /// Null if there is none.
    const Operation* find_operation(std::string_view name) const;
    const Shape* find_shape(std::string_view name) const;
    /// An exception by its shape's name or by its code in the query protocol; null if neither.
    const Shape* find_error(std::string_view code) const;
    /// Of the REST protocols; empty for services that speak none.
    const RestRoutes& routes() const;

private:
    friend class ModelReader;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The model that the binary carries for a service of ours ("sqs"), read at first use; null if it
/// carries none.
const Model* find_model(std::string_view service);
/// The names of all services with a model, in alphabetical order.
std::vector<std::string_view> model_names();

}  // namespace orrery::aws
