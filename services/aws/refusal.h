/// Requests that are refused before their operation begins, for services that count them.
#pragma once

namespace orrery::aws {

class ApiError;
class ApiService;

/// Calls the service's operation CountRefusal, which AWS does not have, with the error's `Code` and
/// `Status`, if the service has it.
void tell_refused(const ApiService& service, const ApiError& error);

}  // namespace orrery::aws
