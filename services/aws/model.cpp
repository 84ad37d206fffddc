#include "services/aws/model.h"

#include "engine/ensure.h"
#include "services/aws/embedded_models.h"
#include "services/aws/model_reader.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>

namespace orrery::aws {

namespace {

// Ten times the largest model there is, EC2's.
constexpr std::size_t longest_model = 16 * 1024 * 1024;

}  // namespace

const Member* Shape::find(std::string_view member) const {
    const auto found = std::lower_bound(
        by_name_.begin(), by_name_.end(), member, [](const Member* each, std::string_view wanted) {
            return each->name < wanted;
        });
    return found == by_name_.end() || (*found)->name != member ? nullptr : *found;
}

bool ServiceInfo::speaks(std::string_view protocol) const {
    return std::find(protocols.begin(), protocols.end(), protocol) != protocols.end();
}

Model::Model(std::string name, std::string_view text) : impl_(std::make_unique<Impl>()) {
    impl_->service.name = std::move(name);
    if (text.size() > longest_model) {
        throw ModelError("the model is longer than 16 MiB");
    }
    const Json root = Json::parse(text, nullptr, false);
    if (root.is_discarded()) {
        throw ModelError("the model is not JSON");
    }
    ModelReader(*impl_).read(root);
    const bool rest = impl_->service.speaks("rest-json") || impl_->service.speaks("rest-xml");
    impl_->routes = std::make_unique<const RestRoutes>(
        rest ? std::span(impl_->operations) : std::span<const std::unique_ptr<const Operation>>());
}

Model::~Model() = default;

const ServiceInfo& Model::service() const {
    return impl_->service;
}

const std::string& Model::source() const {
    return impl_->source;
}

const std::vector<std::unique_ptr<const Operation>>& Model::operations() const {
    return impl_->operations;
}

const Operation* Model::find_operation(std::string_view name) const {
    const auto& operations = impl_->operations;
    const auto found = std::lower_bound(
        operations.begin(), operations.end(), name, [](const auto& each, std::string_view wanted) {
            return each->name < wanted;
        });
    return found == operations.end() || (*found)->name != name ? nullptr : found->get();
}

const Shape* Model::find_shape(std::string_view name) const {
    const auto found = impl_->shapes.find(name);
    return found == impl_->shapes.end() ? nullptr : found->second.get();
}

const Shape* Model::find_error(std::string_view code) const {
    const Shape* shape = find_shape(code);
    if (shape != nullptr && shape->error) {
        return shape;
    }
    const auto found = impl_->errors_by_code.find(code);
    return found == impl_->errors_by_code.end() ? nullptr : found->second;
}

const RestRoutes& Model::routes() const {
    return *impl_->routes;
}

const Model* find_model(std::string_view service) {
    static std::map<std::string_view, std::unique_ptr<const Model>> models;
    const auto known = models.find(service);
    if (known != models.end()) {
        return known->second.get();
    }
    for (const EmbeddedModel& each : embedded_models()) {
        if (each.service == service) {
            return models
                .emplace(each.service,
                         std::make_unique<const Model>(std::string(each.service), each.text))
                .first->second.get();
        }
    }
    return nullptr;
}

std::vector<std::string_view> model_names() {
    std::vector<std::string_view> names;
    for (const EmbeddedModel& each : embedded_models()) {
        names.push_back(each.service);
    }
    return names;
}

}  // namespace orrery::aws
