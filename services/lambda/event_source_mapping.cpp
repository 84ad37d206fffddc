#include "services/lambda/event_source_mapping.h"

#include "engine/world.h"
#include "services/aws/error.h"
#include "services/lambda/functions.h"
#include "services/lambda/refusal.h"

#include <algorithm>

namespace orrery::lambda {

namespace {

constexpr std::size_t largest_fifo_batch = 10;
constexpr std::size_t largest_batch_without_window = 10;

std::string whole_seconds(Duration duration) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) +
           " seconds";
}

}  // namespace

EventSourceMappings::EventSourceMappings(World& world, Functions& functions)
    : world_(world),
      functions_(functions),
      random_(world.random.stream(functions.identity().scope() + "lambda.mappings")) {
    // A mapping that lost its function goes on when there is one of that name again.
    functions_.on_added([this](const std::string& name) {
        for (const auto& mapping : mappings_) {
            if (mapping->settings.poller.function.name == name) {
                apply(*mapping);
            }
        }
    });
}

EventSourceMappings::~EventSourceMappings() {
    functions_.on_added({});
}

void EventSourceMappings::add_source(EventSources& sources) {
    sources_.push_back(&sources);
    std::erase_if(waiting_, [&](SavedMapping& saved) {
        std::unique_ptr<QueueSource> queue = sources.find(saved.settings.event_source_arn);
        if (queue == nullptr) {
            return false;
        }
        auto mapping = std::make_unique<EventSourceMapping>();
        mapping->number = ++created_;
        mapping->uuid = saved.uuid;
        mapping->settings = std::move(saved.settings);
        mapping->tags = std::move(saved.tags);
        mapping->poller = std::make_shared<SqsPoller>(world_, functions_, std::move(queue));
        mappings_.push_back(std::move(mapping));
        apply(*mappings_.back());
        mappings_.back()->last_modified = saved.last_modified;
        return true;
    });
}

std::unique_ptr<QueueSource> EventSourceMappings::find_queue(std::string_view arn) const {
    for (EventSources* sources : sources_) {
        if (auto queue = sources->find(arn)) {
            return queue;
        }
    }
    // [LS test_esm_with_not_existing_sqs_queue]
    invalid_parameter(
        "Error occurred while ReceiveMessage. SQS Error Code: "
        "AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not "
        "exist.");
}

void EventSourceMappings::check(const MappingSettings& settings, const QueueSource& queue) {
    const PollerSettings& poller = settings.poller;
    if (queue.fifo()) {
        // [docs: services-sqs-parameters]
        if (poller.batch_size > largest_fifo_batch) {
            invalid_parameter("Maximum batch size for FIFO queues is 10");
        }
        if (poller.window > 0s) {
            invalid_parameter("Batching window is not supported for FIFO queues.");
        }
    } else if (poller.batch_size > largest_batch_without_window && poller.window == 0s) {
        // [LS]
        invalid_parameter(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
            "greater than 10");
    }
    const FunctionVersion* version = functions_.main_version(poller.function);
    if (version == nullptr) {
        invalid_parameter("Function does not exist");  // [LS]
    }
    const Duration timeout = version->configuration().timeout;
    if (queue.visibility_timeout() < timeout) {
        // [public error logs]
        invalid_parameter("Queue visibility timeout: " + whole_seconds(queue.visibility_timeout()) +
                          " is less than Function timeout: " + whole_seconds(timeout));
    }
}

void EventSourceMappings::check_not_twice(const MappingSettings& settings) const {
    for (const auto& mapping : mappings_) {
        if (mapping->settings.event_source_arn == settings.event_source_arn &&
            mapping->settings.function_arn == settings.function_arn) {
            // The blanks inside the quotes are AWS's. [LS test_duplicate_event_source_mappings]
            throw aws::ApiError("ResourceConflictException",
                                "An event source mapping with SQS arn (\" " +
                                    settings.event_source_arn + " \") and function (\" " +
                                    settings.poller.function.name +
                                    " \") already exists. Please update or delete the existing "
                                    "mapping with UUID " +
                                    mapping->uuid,
                                409);
        }
    }
}

EventSourceMapping& EventSourceMappings::create(MappingSettings settings) {
    if (functions_.main_version(settings.poller.function) == nullptr) {
        invalid_parameter("Function does not exist");  // before the queue. [LS]
    }
    std::unique_ptr<QueueSource> queue = find_queue(settings.event_source_arn);
    check(settings, *queue);
    check_not_twice(settings);

    auto mapping = std::make_unique<EventSourceMapping>();
    mapping->number = ++created_;
    mapping->uuid = random_.uuid();
    mapping->settings = std::move(settings);
    mapping->poller = std::make_shared<SqsPoller>(world_, functions_, std::move(queue));
    world_.trace.record(
        functions_.identity().scope() + "lambda/" + mapping->settings.poller.function.name,
        "lambda.mapping.created",
        {{"event_source", mapping->settings.event_source_arn}, {"uuid", mapping->uuid}});
    mappings_.push_back(std::move(mapping));
    apply(*mappings_.back());
    return *mappings_.back();
}

void EventSourceMappings::update(EventSourceMapping& mapping, MappingSettings settings) {
    check(settings, mapping.poller->queue());
    mapping.settings = std::move(settings);
    apply(mapping);
}

void EventSourceMappings::apply(EventSourceMapping& mapping) {
    mapping.last_modified = world_.loop.now();
    if (mapping.settings.state == MappingState::enabled) {
        mapping.poller->start(mapping.settings.poller);
    } else {
        mapping.poller->stop();
    }
}

void EventSourceMappings::remove(EventSourceMapping& mapping) {
    mapping.poller->stop();
    std::erase_if(mappings_, [&](const auto& other) { return other.get() == &mapping; });
}

EventSourceMapping* EventSourceMappings::find(std::string_view uuid) {
    const auto found = std::find_if(mappings_.begin(), mappings_.end(), [&](const auto& mapping) {
        return mapping->uuid == uuid;
    });
    return found == mappings_.end() ? nullptr : found->get();
}

}  // namespace orrery::lambda
