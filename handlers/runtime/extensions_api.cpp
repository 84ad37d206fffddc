#include "handlers/runtime/extensions_api.h"

#include "engine/json.h"
#include "engine/random.h"
#include "engine/time.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace orrery {

namespace {

constexpr std::string_view extension_api_prefix = "/2020-01-01/extension/";
constexpr int forbidden = 403;
constexpr int not_found = 404;

using ExchangePointer = std::shared_ptr<HttpExchange>;

struct Extension {
    std::string name;
    bool external = false;
    bool registered = false;
    std::string id;
    std::vector<std::string> events;
    std::string error_kind;  // "InitError" or "ExitError", once reported
    std::string error_type;
    ExchangePointer waiting;              // for its next event
    std::optional<std::string> unsent{};  // an event that came before it asked

    bool wants(std::string_view event) const {
        return std::find(events.begin(), events.end(), event) != events.end();
    }
};

bool is_list_of_strings(const Json& value) {
    return value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& item) {
               return item.is_string();
           });
}

std::string events_text(const Extension& extension) {
    std::string text;
    for (const std::string& event : extension.events) {
        text.append(text.empty() ? "" : ",").append(event);
    }
    return text;
}

}  // namespace

class ExtensionsApi::Impl : public std::enable_shared_from_this<ExtensionsApi::Impl> {
public:
    Impl(lambda::FunctionConfiguration function,
         const std::vector<std::string>& external,
         RandomStream& random,
         ExtensionsEvents events)
        : function_(std::move(function)), random_(random), events_(std::move(events)) {
        for (const std::string& name : external) {
            Extension extension;
            extension.name = name;
            extension.external = true;
            extensions_.push_back(std::move(extension));
        }
    }

    void serve_on(ApiServer& server) {
        ApiRoute route;
        route.request = [weak = weak_from_this()](HttpRequest&& request, ExchangePointer exchange) {
            if (const auto self = weak.lock()) {
                self->answer(request, exchange);
            }
        };
        server.add(std::string(extension_api_prefix), std::move(route));
        // Silence would look like an empty log.
        for (const char* api : {"/2022-07-01/telemetry", "/2020-08-15/logs"}) {
            ApiRoute refusal;
            refusal.request = [](HttpRequest&& request, const ExchangePointer& exchange) {
                exchange->respond(api_error(not_found,
                                            "NotSupported",
                                            "orrery: the Telemetry API and the Logs API are not "
                                            "supported: " +
                                                std::string(request.path())));
            };
            server.add(api, std::move(refusal));
        }
    }

    void end() {
        events_ = {};
        extensions_.clear();
    }

    void close_registration() { closed_ = true; }

    bool all_wait() const {
        return std::all_of(extensions_.begin(), extensions_.end(), [](const Extension& extension) {
            return extension.waiting != nullptr ||
                   (extension.registered && extension.events.empty());
        });
    }

    void invoke(const lambda::Invocation& invocation) {
        const Json event{
            {"eventType", "INVOKE"},
            {"deadlineMs", epoch_millis(invocation.deadline)},
            {"requestId", invocation.request_id},
            {"invokedFunctionArn", invocation.function_arn},
            {"tracing", {{"type", "X-Amzn-Trace-Id"}, {"value", invocation.trace_header}}}};
        send_to_all("INVOKE", event.dump());
    }

    void shut_down(const std::string& reason, Instant deadline) {
        const Json event{{"eventType", "SHUTDOWN"},
                         {"shutdownReason", reason},
                         {"deadlineMs", epoch_millis(deadline)}};
        send_to_all("SHUTDOWN", event.dump());
    }

    bool wants_shutdown(const std::string& name) const {
        return std::any_of(extensions_.begin(), extensions_.end(), [&](const Extension& extension) {
            return extension.external && extension.name == name && extension.wants("SHUTDOWN");
        });
    }

    bool has_any(bool external) const {
        return std::any_of(extensions_.begin(), extensions_.end(), [&](const Extension& extension) {
            return extension.external == external;
        });
    }

    std::vector<std::string> log_lines() const {
        std::vector<std::string> lines;
        for (const Extension& extension : extensions_) {
            std::string state = extension.error_kind;
            if (state.empty()) {
                state = extension.waiting != nullptr ? "Ready"
                        : extension.registered       ? "Registered"
                                                     : "Started";
            }
            std::string line = "EXTENSION\tName: " + extension.name + "\tState: " + state +
                               "\tEvents: [" + events_text(extension) + "]";
            line += extension.error_type.empty() ? "" : "\tError Type: " + extension.error_type;
            lines.push_back(line + "\n");
        }
        return lines;
    }

private:
    void answer(const HttpRequest& request, const ExchangePointer& exchange) {
        const std::string_view what = request.path().substr(extension_api_prefix.size());
        const bool post = request.method == "POST";
        if (what == "register" && post) {
            register_one(request, *exchange);
        } else if (what == "event/next" && request.method == "GET") {
            if (Extension* extension = identified(request, *exchange)) {
                next(*extension, exchange);
            }
        } else if (what == "init/error" && post) {
            report(request, *exchange, "InitError");
        } else if (what == "exit/error" && post) {
            report(request, *exchange, "ExitError");
        } else {
            exchange->respond(
                api_error(not_found, "NotFound", "there is no " + std::string(request.path())));
        }
    }

    /// The names of its errors are the official runtime core's
    /// (aws-lambda-runtime-interface-emulator).
    void register_one(const HttpRequest& request, HttpExchange& exchange) {
        const std::string* name = request.header("Lambda-Extension-Name");
        if (name == nullptr || name->empty()) {
            exchange.respond(
                api_error(forbidden, "Extension.InvalidExtensionName", "Empty extension name"));
            return;
        }
        const Json body = Json::parse(request.body, nullptr, false);
        // aws-lambda-go sends null for no events, as Go's JSON has empty lists.
        const Json wanted = body.is_object() ? body.value("events", Json()) : Json();
        if (!body.is_object() || (!wanted.is_null() && !is_list_of_strings(wanted))) {
            exchange.respond(api_error(
                forbidden, "InvalidRequestFormat", "the body must be {\"events\": [...]}"));
            return;
        }
        auto known =
            std::find_if(extensions_.begin(), extensions_.end(), [&](const Extension& extension) {
                return extension.name == *name;
            });
        if (known != extensions_.end() && known->registered) {
            refuse_transition(exchange, *known, "Registered");
            return;
        }
        if (closed_) {
            exchange.respond(api_error(forbidden,
                                       "Extension.RegistrationClosed",
                                       "Extension registration closed already"));
            return;
        }
        Extension extension;
        extension.name = *name;
        extension.external = known != extensions_.end();
        if (!extension.external && extensions_.size() >= max_extensions) {
            exchange.respond(
                api_error(forbidden,
                          "Extension.TooManyExtensions",
                          "Extension limit (" + std::to_string(max_extensions) + ") reached"));
            return;
        }
        for (const Json& event : wanted) {
            const auto text = event.get<std::string>();
            if ((text != "INVOKE" && text != "SHUTDOWN") ||
                (text == "SHUTDOWN" && !extension.external)) {
                exchange.respond(api_error(forbidden,
                                           "Extension.InvalidEventType",
                                           text + ": event type not supported for " +
                                               (extension.external ? "external" : "internal") +
                                               " extensions"));
                return;
            }
            extension.events.push_back(text);
        }
        extension.registered = true;
        extension.id = random_.uuid();
        Extension& kept = extension.external ? *known : extensions_.emplace_back();
        kept = std::move(extension);
        exchange.respond(registration(request, kept));
        if (kept.external && events_.registered && everybody_has_registered()) {
            events_.registered();
        }
    }

    HttpResponse registration(const HttpRequest& request, const Extension& extension) const {
        Json told{{"functionName", function_.name},
                  {"functionVersion", function_.version},
                  {"handler", function_.handler}};
        const std::string* features = request.header("Lambda-Extension-Accept-Feature");
        if (features != nullptr && features->find("accountId") != std::string::npos) {
            told["accountId"] = function_.identity.account;
        }
        constexpr int ok = 200;
        HttpResponse response = api_answer(ok, told.dump());
        response.headers.push_back({"Lambda-Extension-Identifier", extension.id});
        return response;
    }

    bool everybody_has_registered() const {
        return std::all_of(extensions_.begin(), extensions_.end(), [](const Extension& extension) {
            return extension.registered || !extension.external;
        });
    }

    Extension* identified(const HttpRequest& request, HttpExchange& exchange) {
        const std::string* id = request.header("Lambda-Extension-Identifier");
        if (id == nullptr) {
            exchange.respond(api_error(forbidden,
                                       "Extension.MissingHeader",
                                       "Missing Lambda-Extension-Identifier header"));
            return nullptr;
        }
        const auto found =
            std::find_if(extensions_.begin(), extensions_.end(), [&](const Extension& extension) {
                return extension.registered && extension.id == *id;
            });
        if (found == extensions_.end()) {
            exchange.respond(api_error(
                forbidden, "Extension.UnknownExtensionIdentifier", "Unknown extension " + *id));
            return nullptr;
        }
        return &*found;
    }

    static void refuse_transition(HttpExchange& exchange,
                                  const Extension& extension,
                                  const std::string& to) {
        const std::string from = !extension.error_kind.empty()  ? extension.error_kind
                                 : extension.waiting != nullptr ? "Ready"
                                                                : "Registered";
        exchange.respond(api_error(forbidden,
                                   "Extension.InvalidExtensionState",
                                   "State transition from " + from + " to " + to +
                                       " failed for extension " + extension.name +
                                       ". Error: State transition is not allowed"));
    }

    void next(Extension& extension, const ExchangePointer& exchange) {
        if (!extension.error_kind.empty() || (extension.waiting && !*extension.waiting->gone())) {
            refuse_transition(*exchange, extension, "Ready");
            return;
        }
        extension.waiting = exchange;
        if (extension.unsent) {
            send(extension, *std::exchange(extension.unsent, std::nullopt));
        } else if (all_wait() && events_.all_wait) {
            events_.all_wait();
        }
    }

    void report(const HttpRequest& request, HttpExchange& exchange, const std::string& kind) {
        Extension* extension = identified(request, exchange);
        if (extension == nullptr) {
            return;
        }
        const std::string* type = request.header("Lambda-Extension-Function-Error-Type");
        if (type == nullptr) {
            exchange.respond(api_error(forbidden,
                                       "Extension.MissingHeader",
                                       "Missing Lambda-Extension-Function-Error-Type header"));
            return;
        }
        if (!extension->error_kind.empty() || (kind == "InitError" && closed_)) {
            refuse_transition(exchange, *extension, kind);
            return;
        }
        extension->error_kind = kind;
        extension->error_type = *type;
        exchange.respond(api_accepted());
        if (events_.failed) {
            events_.failed(extension->name, "Extension." + kind);
        }
    }

    void send_to_all(const std::string& event, const std::string& body) {
        for (Extension& extension : extensions_) {
            if (!extension.wants(event)) {
                continue;
            }
            if (extension.waiting != nullptr) {
                send(extension, body);
            } else {
                extension.unsent = body;
            }
        }
    }

    void send(Extension& extension, const std::string& body) {
        constexpr int ok = 200;
        HttpResponse response = api_answer(ok, body);
        response.headers.push_back({"Lambda-Extension-Event-Identifier", random_.uuid()});
        std::exchange(extension.waiting, nullptr)->respond(std::move(response));
    }

    lambda::FunctionConfiguration function_;
    RandomStream& random_;
    ExtensionsEvents events_;
    std::vector<Extension> extensions_;
    bool closed_ = false;
};

ExtensionsApi::ExtensionsApi(lambda::FunctionConfiguration function,
                             std::vector<std::string> external,
                             RandomStream& random,
                             ExtensionsEvents events)
    : impl_(std::make_shared<Impl>(std::move(function), external, random, std::move(events))) {}

ExtensionsApi::~ExtensionsApi() {
    impl_->end();
}

void ExtensionsApi::serve_on(ApiServer& server) {
    impl_->serve_on(server);
}
void ExtensionsApi::close_registration() {
    impl_->close_registration();
}
bool ExtensionsApi::all_wait() const {
    return impl_->all_wait();
}
void ExtensionsApi::invoke(const lambda::Invocation& invocation) {
    impl_->invoke(invocation);
}
void ExtensionsApi::shut_down(const std::string& reason, Instant deadline) {
    impl_->shut_down(reason, deadline);
}
bool ExtensionsApi::wants_shutdown(const std::string& name) const {
    return impl_->wants_shutdown(name);
}
bool ExtensionsApi::has_external() const {
    return impl_->has_any(true);
}
bool ExtensionsApi::has_internal() const {
    return impl_->has_any(false);
}
std::vector<std::string> ExtensionsApi::log_lines() const {
    return impl_->log_lines();
}

}  // namespace orrery
