#include "services/aws/committed.h"

#include "engine/store.h"
#include "engine/world.h"

#include <memory>
#include <utility>

namespace orrery::aws {

namespace {

std::shared_ptr<Pipe<std::string>> committed(Store& store, Pipe<std::string>& pieces) {
    const auto out = std::make_shared<Pipe<std::string>>();
    pieces.read(
        [&store, out](std::string piece) {
            store.when_committed(
                [out, piece = std::move(piece)]() mutable { out->write(std::move(piece)); });
        },
        [&store, out](PipeEnd how) { store.when_committed([out, how] { out->end(how); }); });
    return out;
}

}  // namespace

void respond_when_committed(World& world,
                            HttpResponse response,
                            const std::function<void(HttpResponse)>& respond) {
    Store* store = world.store;
    if (store == nullptr) {
        respond(std::move(response));
        return;
    }
    if (response.stream != nullptr) {
        response.stream = committed(*store, *response.stream);
    }
    store->when_committed([respond, answer = std::make_shared<HttpResponse>(std::move(response))] {
        respond(std::move(*answer));
    });
}

}  // namespace orrery::aws
