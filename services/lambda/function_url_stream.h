/// UrlStream: a response that a function streams, on its way to the caller of its URL.
#pragma once

#include "engine/net/http.h"
#include "services/lambda/runtime.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace orrery::lambda {

class UrlStream {
public:
    using Respond = std::function<void(HttpResponse)>;

    /// `respond` is called once: when the response's status and headers are known.
    explicit UrlStream(Respond respond) : respond_(std::move(respond)) {}

    /// `invocation` tells its response to `stream`.
    static void listen(const std::shared_ptr<UrlStream>& stream, Invocation& invocation);
    /// Nothing more comes. False: nothing was responded, as nothing was streamed or too little.
    bool end(const Outcome& outcome);

private:
    void take(std::string_view piece);

    Respond respond_;
    std::string content_type_;
    std::string head_;                           // what has come until it is whole
    std::shared_ptr<Pipe<std::string>> pieces_;  // of the body; null until the head is whole
    bool over_ = false;  // what still comes is dropped: there was no head, or it has ended
};

}  // namespace orrery::lambda
