#include "services/lambda/function_url_stream.h"

#include "services/lambda/function_url_response.h"

#include <optional>
#include <utility>

namespace orrery::lambda {

void UrlStream::listen(const std::shared_ptr<UrlStream>& stream, Invocation& invocation) {
    invocation.on_stream = [stream](const std::string& content_type) {
        stream->content_type_ = content_type;
    };
    invocation.on_piece = [stream](std::string_view piece) { stream->take(piece); };
}

void UrlStream::take(std::string_view piece) {
    if (over_) {
        return;
    }
    if (pieces_ != nullptr) {
        pieces_->write(std::string(piece));
        return;
    }
    head_.append(piece);
    std::optional<StreamHead> head = read_stream_head(content_type_, head_);
    if (!head) {
        return;
    }
    over_ = !head->response;
    if (over_) {
        respond_(bad_gateway());
        return;
    }
    pieces_ = std::make_shared<Pipe<std::string>>();
    head->response->body = head->rest;
    head->response->stream = pieces_;
    respond_(*std::move(head->response));
}

bool UrlStream::end(const Outcome& outcome) {
    if (pieces_ != nullptr) {
        // The status has gone out already: a failure can only be told by breaking off. [docs:
        // configuration-response-streaming]
        const bool whole = outcome.kind == Outcome::Kind::success;
        pieces_->end(whole ? PipeEnd::whole : PipeEnd::broken_off);
    }
    return std::exchange(over_, true) || pieces_ != nullptr;
}

}  // namespace orrery::lambda
