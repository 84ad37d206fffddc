#include "services/cloudformation/supported_part.h"

#include "services/cloudformation/resource_type.h"
#include "services/cloudformation/sam_events.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace orrery::cloudformation {

namespace {

constexpr std::string_view sam_function = "AWS::Serverless::Function";

// What the SAM transform makes of events that are not supported.
constexpr std::array<std::string_view, 2> implicit_apis{"ServerlessRestApi", "ServerlessHttpApi"};

DocumentNode* find(DocumentNode& mapping, std::string_view key) {
    for (auto& [name, value] : mapping.members) {
        if (name.text == key) {
            return &value;
        }
    }
    return nullptr;
}

void erase(DocumentNode& mapping, std::string_view key) {
    std::erase_if(mapping.members, [&](const auto& member) { return member.key.text == key; });
}

bool is_supported(std::string_view type) {
    const auto& types = resource_types();
    return type == sam_function || type == "AWS::Serverless::LayerVersion" ||
           type == "AWS::Serverless::SimpleTable" ||
           std::any_of(
               types.begin(), types.end(), [&](const auto& each) { return each.name == type; });
}

bool names(std::string_view text, std::string_view id) {
    return text.starts_with(id) && (text.size() == id.size() || text[id.size()] == '.');
}

/// Whether it refers to the resource. `by_name` where a bare name is a reference.
bool refers_to(const DocumentNode& node, std::string_view id, bool by_name = false) {
    by_name = by_name || node.tag == "!Ref" || node.tag == "!GetAtt";
    if (node.is_scalar()) {
        const std::string in_text = "${" + std::string(id);
        return (by_name && names(node.text, id)) ||
               node.text.find(in_text + "}") != std::string::npos ||
               node.text.find(in_text + ".") != std::string::npos;
    }
    return std::any_of(node.items.begin(),
                       node.items.end(),
                       [&](const auto& item) { return refers_to(item, id, by_name); }) ||
           std::any_of(node.members.begin(), node.members.end(), [&](const auto& member) {
               const std::string& key = member.key.text;
               return refers_to(
                   member.value, id, key == "Ref" || key == "Fn::GetAtt" || key == "DependsOn");
           });
}

std::string text_of(const DocumentNode& mapping, std::string_view key) {
    const DocumentNode* value = mapping.find(key);
    return value != nullptr && value->is_scalar() ? value->text : std::string();
}

/// Calls `inspect` with the properties of each SAM function.
template <typename Inspect>
void for_sam_functions(DocumentNode& resources, Inspect inspect) {
    for (auto& [name, resource] : resources.members) {
        DocumentNode* properties = find(resource, "Properties");
        if (text_of(resource, "Type") == sam_function && properties != nullptr) {
            inspect(*properties);
        }
    }
}

class Removal {
public:
    explicit Removal(DocumentNode& resources) : resources_(resources) {}

    void remove_unsupported() {
        for_sam_functions(resources_, [this](DocumentNode& properties) {
            remove_members(find(properties, "Events"), [](const DocumentNode& event) {
                const std::string type = text_of(event, "Type");
                return type.empty() || is_supported_event(type)
                           ? ""
                           : "events of type " + type + " are not supported";
            });
        });
        remove_resources([](const DocumentNode& resource) {
            const std::string type = text_of(resource, "Type");
            return type.empty() || is_supported(type) ? "" : type + " is not supported";
        });
        gone_.insert(gone_.end(), implicit_apis.begin(), implicit_apis.end());
        for (std::size_t i = 0; i < gone_.size(); ++i) {  // there are more in the course of it
            remove_what_refers_to(std::string(gone_[i]));
        }
    }
    std::vector<LeftOut> left_out() { return std::move(left_out_); }

private:
    /// `why` is empty for what stays.
    template <typename Why>
    void remove_members(DocumentNode* mapping, Why why) {
        if (mapping == nullptr) {
            return;
        }
        std::erase_if(mapping->members, [&](const auto& member) {
            const std::string reason = why(member.value);
            if (!reason.empty()) {
                left_out_.push_back({member.key.text, reason});
            }
            return !reason.empty();
        });
    }

    void remove_what_refers_to(const std::string& id) {
        const auto why = [&id](const DocumentNode& node) {
            return refers_to(node, id) ? "it refers to " + id : std::string();
        };
        for_sam_functions(resources_, [&](DocumentNode& properties) {
            remove_members(find(properties, "Events"), why);
            const DocumentNode* policies = find(properties, "Policies");
            if (policies != nullptr && refers_to(*policies, id)) {
                erase(properties, "Policies");
            }
        });
        remove_resources(why);
    }

    template <typename Why>
    void remove_resources(Why why) {
        const std::size_t before = left_out_.size();
        remove_members(&resources_, why);
        for (std::size_t i = before; i < left_out_.size(); ++i) {
            gone_.push_back(left_out_[i].name);
        }
    }

    DocumentNode& resources_;
    std::vector<LeftOut> left_out_;
    std::vector<std::string> gone_;  // logical ids of resources
};

}  // namespace

SupportedPart supported_part(const DocumentNode& document) {
    SupportedPart part{document, {}};
    erase(part.document, "Outputs");
    if (DocumentNode* resources = find(part.document, "Resources")) {
        Removal removal(*resources);
        removal.remove_unsupported();
        part.left_out = removal.left_out();
    }
    return part;
}

}  // namespace orrery::cloudformation
