#include "services/queue_event_source.h"

#include "services/lambda/event_source.h"
#include "services/sqs/sqs.h"

#include <utility>

namespace orrery {

namespace {

struct QueueWait final : lambda::QueueWatch {
    explicit QueueWait(sqs::Watch a_watch) : watch(std::move(a_watch)) {}
    sqs::Watch watch;
};

class QueueEventSource final : public lambda::QueueSource {
public:
    QueueEventSource(sqs::SqsService& sqs, sqs::Queue& queue) : sqs_(sqs), queue_(&queue) {}

    std::string arn() const override { return queue_->arn(); }
    bool fifo() const override { return queue().settings().fifo; }
    Duration visibility_timeout() const override { return queue().settings().visibility_timeout; }

    std::vector<lambda::QueueMessage> receive(int max,
                                              std::optional<Duration> visibility) override {
        std::vector<lambda::QueueMessage> messages;
        const std::vector<sqs::Receipt> receipts =
            queue().receive({static_cast<std::size_t>(max), visibility, "lambda", "", nullptr});
        messages.reserve(receipts.size());
        for (const sqs::Receipt& receipt : receipts) {
            const sqs::Message& message = *receipt.message;
            messages.push_back({receipt.handle,
                                message.id.text(),
                                message.body.size(),
                                message.extras == nullptr
                                    ? std::string_view()
                                    : std::string_view(message.extras->trace_header)});
        }
        return messages;
    }

    std::unique_ptr<lambda::QueueWatch> watch(std::function<void()> visible) override {
        return std::make_unique<QueueWait>(queue().watch(std::move(visible)));
    }

    void remove(const std::vector<std::uint64_t>& handles) override { queue().remove(handles); }
    void give_back(const std::vector<std::uint64_t>& handles) override {
        for (const std::uint64_t handle : handles) {
            queue().change_visibility(handle, Duration(0));
        }
    }

    void append_record(std::uint64_t handle, std::string& json) const override {
        sqs::append_lambda_record(*queue_, handle, json);
    }

private:
    /// A mapping polls an ARN: once its queue is deleted, the queue that is made again under it. As
    /// long as there is none, the deleted one stands in for it, closed and empty.
    sqs::Queue& queue() const {
        if (queue_->closed()) {
            if (sqs::Queue* successor = sqs_.find_by_arn(queue_->arn())) {
                queue_ = successor;
            }
        }
        return *queue_;
    }

    sqs::SqsService& sqs_;
    mutable sqs::Queue* queue_;
};

}  // namespace

std::unique_ptr<lambda::QueueSource> QueueEventSources::find(std::string_view arn) {
    sqs::Queue* queue = sqs_.find_by_arn(arn);
    return queue == nullptr ? nullptr : std::make_unique<QueueEventSource>(sqs_, *queue);
}

}  // namespace orrery
