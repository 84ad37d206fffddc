#include "services/aws/refusal.h"

#include "services/aws/api.h"

#include <nlohmann/json.hpp>

namespace orrery::aws {

void tell_refused(const ApiService& service, const ApiError& error) {
    if (const ApiService::WaitingOperation* count = service.find("CountRefusal")) {
        const Json parameters{{"Code", error.code()}, {"Status", error.http_status()}};
        (*count)({parameters, Caller()}, [](const ApiResult& /*nothing*/) {});
    }
}

}  // namespace orrery::aws
