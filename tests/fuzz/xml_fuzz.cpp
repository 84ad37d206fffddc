// Bodies of restXml: what can be read becomes XML again that can be read.
// iterations: 40000
#include "engine/ensure.h"
#include "services/aws/error.h"
#include "services/aws/model.h"
#include "services/aws/xml.h"
#include "services/aws/xml_input.h"
#include "services/aws/xml_result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <fstream>
#include <iterator>

using namespace orrery;
using namespace orrery::aws;

namespace {

const Model& model() {
    static const Model s3 = [] {
        std::ifstream file(ORRERY_SOURCE_DIR "/tests/services/aws/files/s3.model.json");
        return Model("s3", std::string(std::istreambuf_iterator<char>(file), {}));
    }();
    return s3;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string body(reinterpret_cast<const char*>(data), size);
    for (const char* name : {"Tagging", "CompletedMultipartUpload", "GetBucketAclOutput"}) {
        const Shape* shape = model().find_shape(name);
        ENSURE(shape != nullptr);
        try {
            const Json value = read_xml(body, *shape);
            ENSURE(Json::parse(value.dump()) == value);  // all of it is UTF-8
            XmlWriter xml;
            xml.open(name);
            write_xml_members(xml, value, *shape);
            xml.close(name);
            read_xml(xml.take(), *shape);
        } catch (const ApiError& error) {
            ENSURE(error.code() == "MalformedXML");
        }
    }
    return 0;
}
