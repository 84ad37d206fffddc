#include "services/sqs/sqs.h"

#include "services/sqs/move_tasks.h"
#include "services/sqs/operations.h"
#include "services/sqs/registry.h"

namespace orrery::sqs {

namespace {

Queue* queue_of(QueueEntry* entry) {
    return entry == nullptr ? nullptr : entry->queue.get();
}

}  // namespace

SqsService::SqsService(World& world, aws::Identity identity, aws::MetricWriter* metrics)
    : registry_(std::make_unique<QueueRegistry>(world, std::move(identity), metrics)),
      move_tasks_(std::make_unique<MoveTasks>(*registry_)) {
    add_queue_operations(api_, *registry_);
    add_send_operations(api_, *registry_);
    add_receive_operations(api_, *registry_);
    add_permission_operations(api_, *registry_);
    add_tag_operations(api_, *registry_);
    add_move_operations(api_, *registry_, *move_tasks_);
    if (metrics != nullptr) {
        metrics->add_sampler(*this);
    }
}

SqsService::~SqsService() = default;

void SqsService::sample_metrics() {
    for (const auto& [name, entry] : registry_->all()) {
        entry.queue->sample_metrics();
    }
}

Queue* SqsService::find_queue(std::string_view name) {
    return queue_of(registry_->find(name));
}
Queue* SqsService::find_by_arn(std::string_view arn) {
    return queue_of(registry_->find_by_arn(arn));
}
Queue* SqsService::find_by_url(std::string_view url) {
    return queue_of(registry_->find_by_url(url));
}

std::vector<std::string> SqsService::queue_names() const {
    std::vector<std::string> names;
    for (const auto& [name, entry] : registry_->all()) {
        names.push_back(name);
    }
    return names;
}

}  // namespace orrery::sqs
