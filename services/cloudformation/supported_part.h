/// The part of a template that can be deployed here: for those who want one function of it, and not
/// the whole to be as it would be on AWS.
#pragma once

#include "engine/document.h"

#include <string>
#include <vector>

namespace orrery::cloudformation {

/// A resource, or an event of a function, that is not in it.
struct LeftOut {
    std::string name;    // its logical id
    std::string reason;  // "AWS::S3::Bucket is not supported", "it refers to Uploads"
};

struct SupportedPart {
    DocumentNode document;
    std::vector<LeftOut> left_out;  // in the template's order; what refers to others after these
};

/// Takes away resources of types that are not supported, events of SAM functions likewise, whatever
/// refers to them (but for a SAM function's policies, which are taken away alone), and all Outputs.
/// What else is wrong stays, for Template to say.
SupportedPart supported_part(const DocumentNode& document);

}  // namespace orrery::cloudformation
