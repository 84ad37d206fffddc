#include "scenarios/language/names.h"

#include "scenarios/language/node_reader.h"
#include "scenarios/language/values.h"
#include "services/aws/api.h"
#include "services/aws/model.h"
#include "services/aws/validate.h"
#include "services/cloudformation/intrinsics.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace orrery {

namespace {

bool contains(const std::vector<std::string_view>& values, std::string_view value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

/// Steps and expectations cannot use a template's conditions and mappings; nothing else is asked of
/// a scope here.
class Unconditional : public cloudformation::Scope {
public:
    Json reference(const std::string& name, const Location& where) const override {
        refuse(name, where);
    }
    Json attribute(const std::string& name,
                   const std::string&,
                   const Location& where) const override {
        refuse(name, where);
    }
    bool condition(const std::string& name, const Location& where) const override {
        refuse(name, where);
    }
    const DocumentNode& mapping(const std::string& name, const Location& where) const override {
        refuse(name, where);
    }

private:
    [[noreturn]] static void refuse(const std::string& name, const Location& where) {
        throw UsageError(where, "a scenario cannot use '" + name + "' here");
    }
};

/// The parameters as far as they are known before anything runs: what is not is null, or left out
/// where not even its name is known.
DocumentNode without_placeholders(const DocumentNode& node) {
    const auto open = [](const DocumentNode& text) {
        return text.text.find("${") != std::string::npos;
    };
    DocumentNode known = node;
    if (known.is_scalar() && open(known)) {
        known.kind = DocumentNode::Kind::null;
    }
    for (DocumentNode& item : known.items) {
        item = without_placeholders(item);
    }
    std::erase_if(known.members, [&](const auto& member) { return open(member.key); });
    for (auto& [key, value] : known.members) {
        value = without_placeholders(value);
    }
    return known;
}

/// Where the last member on the path is written; what follows may be inside a reference.
Location place_of(const DocumentNode& root, const std::vector<std::string>& path) {
    const DocumentNode* node = &root;
    Location where = root.where;
    for (const std::string& step : path) {
        if (node->is_sequence()) {
            node = &node->items.at(std::stoul(step));
            where = node->where;
            continue;
        }
        const auto member = std::find_if(node->members.begin(),
                                         node->members.end(),
                                         [&](const auto& each) { return each.key.text == step; });
        if (member == node->members.end()) {
            break;
        }
        where = member->key.where;
        node = &member->value;
    }
    return where;
}

}  // namespace

void Names::require_resource(const DocumentNode& name,
                             const std::vector<std::string_view>& types,
                             std::string_view what) const {
    const std::string& text = read_text(name, what);
    const auto resource = resources_.find(text);
    if (resource != resources_.end()) {
        if (!contains(types, resource->second)) {
            throw UsageError(name.where,
                             "'" + text + "' is a resource of type " + resource->second +
                                 ", not a " + std::string(what));
        }
        return;
    }
    std::vector<std::string_view> candidates;
    for (const auto& [logical, type] : resources_) {
        if (contains(types, type)) {
            candidates.push_back(logical);
        }
    }
    throw UsageError(name.where,
                     "the template has no " + std::string(what) + " '" + text + "'" +
                         suggestion(text, candidates));
}

void Names::require_operation(const OperationName& name, const Location& where) const {
    const aws::ApiService* service = api_.find(name.service);
    if (service == nullptr) {
        throw UsageError(where,
                         "there is no service '" + name.service + "' (yet)" +
                             suggestion(name.service, api_.service_names()));
    }
    if (service->find(name.operation) == nullptr) {
        throw UsageError(where,
                         "service " + name.service + " has no operation '" + name.operation +
                             "' (yet)" + suggestion(name.operation, service->operation_names()));
    }
}

void Names::require_parameters(const OperationName& name, const DocumentNode& parameters) const {
    const aws::ApiService* service = api_.find(name.service);
    const aws::Model* model = service == nullptr ? nullptr : service->model();
    const aws::Operation* operation =
        model == nullptr ? nullptr : model->find_operation(name.operation);
    if (operation == nullptr) {
        return;
    }
    const Json known = render(
        without_placeholders(parameters), [](const DocumentNode&) { return Json(); }, name.text());
    if (const std::optional<aws::Mistake> mistake = aws::find_mistake(known, *operation)) {
        throw UsageError(place_of(parameters, mistake->path),
                         "'" + mistake->path.back() + "' " + mistake->problem);
    }
}

void Names::require_reference(const std::string& name,
                              const std::string& attribute,
                              const Location& where) const {
    // A step's own placeholders are filled in before Fn::Sub sees them.
    if (resources_.contains(name) || name == "i" || name == "random") {
        return;
    }
    const bool parameter =
        std::find(parameters_.begin(), parameters_.end(), name) != parameters_.end();
    if (attribute.empty() && (parameter || name.starts_with("AWS::"))) {
        return;
    }
    std::vector<std::string_view> candidates;
    for (const auto& [logical, type] : resources_) {
        candidates.push_back(logical);
    }
    candidates.insert(candidates.end(), parameters_.begin(), parameters_.end());
    throw UsageError(where,
                     "the template has no resource '" + name + "'" + suggestion(name, candidates));
}

void Names::require_references(const DocumentNode& value) const {
    cloudformation::visit_references(
        value,
        Unconditional(),
        [this](const std::string& name, const std::string& attribute, const Location& where) {
            require_reference(name, attribute, where);
        });
}

}  // namespace orrery
