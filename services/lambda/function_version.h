/// FunctionVersion: $LATEST or a published version of a function: its configuration, its
/// environments, and the calls they serve.
#pragma once

#include "services/lambda/sandbox.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

/// A layer's version as a function has it.
struct LayerReference {
    std::string arn;  // with the version
    std::int64_t code_size = 0;
};

/// What describes a version to its owner and changes nothing for its environments.
struct FunctionDescription {
    std::string role;
    std::string description;
    std::string architecture = "x86_64";
    std::int64_t ephemeral_megabytes = 512;
    std::string code_sha256;  // base64; empty: a folder, which has none
    std::int64_t code_size = 0;
    std::int64_t unpacked_size = 0;
    std::vector<LayerReference> layers;
    std::string kms_key_arn;
    std::string tracing_mode = "PassThrough";
    std::string snap_start = "None";
    std::vector<std::string> subnet_ids;
    std::vector<std::string> security_group_ids;
    bool ipv6_for_dual_stack = false;
    Instant last_modified;
    std::string revision_id;

    // What is under way, in virtual time. [docs: functions-states]
    Instant created_at;             // Pending until then
    Instant updated_at;             // LastUpdateStatus InProgress until then
    std::string first_revision_id;  // until either is reached; empty: the same as afterwards

    bool pending(Instant now) const { return now < created_at; }
    bool updating(Instant now) const { return now < updated_at; }
    const std::string& revision(Instant now) const {
        const bool first = !first_revision_id.empty() && (pending(now) || updating(now));
        return first ? first_revision_id : revision_id;
    }
};

class FunctionVersion;

/// The function, as its versions see it.
class VersionOwner {
public:
    virtual ~VersionOwner() = default;
    virtual const std::string& trace_source() const = 0;
    /// The number of the next process, counting from 1 over all versions.
    virtual std::uint64_t next_environment() = 0;
    virtual const FunctionSimulation& simulation() const = 0;
    virtual void began(const Call& call) = 0;
    /// The environment is idle again, or gone; the caller is told next.
    virtual void ended(FunctionVersion& version, Call& call) = 0;
};

class FunctionVersion final : private SandboxOwner {
public:
    /// `host` and `owner` must outlive the version.
    FunctionVersion(Host& host, VersionOwner& owner, FunctionConfiguration configuration);
    ~FunctionVersion() override;
    FunctionVersion(const FunctionVersion&) = delete;
    FunctionVersion& operator=(const FunctionVersion&) = delete;

    const FunctionConfiguration& configuration() const { return *configuration_; }
    /// "$LATEST", or the number as text.
    const std::string& name() const { return configuration_->version; }
    /// New environments for what comes; what runs is finished as it was. [docs
    /// lambda-runtime-environment]
    void reconfigure(FunctionConfiguration configuration);
    /// Ends the environments that serve nobody now; `reason` is for the trace.
    void stop_idle(std::string_view reason);

    /// Environments that are initialised ahead, and kept.
    struct Provision {
        std::int64_t requested = 0;
        std::int64_t allocated = 0;  // that are initialised
        std::int64_t available = 0;  // of these: that serve nobody
        bool failed = false;         // an initialisation did

        bool ready() const { return allocated == requested; }
    };
    /// Sets how many there are to be.
    void provision(std::int64_t count, std::string_view reason = "update");
    const Provision& provision() const { return provision_; }

    /// Serves `call` in one that was initialised ahead, or in the environment idle for the shortest
    /// time, or in a new one.
    void serve(std::shared_ptr<Call> call);
    std::int64_t in_flight() const { return in_flight_; }

    FunctionDescription description;

private:
    std::uint64_t next_environment() override { return owner_.next_environment(); }
    const FunctionSimulation& simulation() const override { return owner_.simulation(); }
    void began(const Call& call) override { owner_.began(call); }
    void prepared(Sandbox& sandbox, bool succeeded) override;
    void finished(Sandbox& sandbox, std::shared_ptr<Call> call) override;

    void discard(const Sandbox& sandbox);
    void withdraw(Sandbox& sandbox, std::string_view reason);
    void arm_reaper();
    void reap();

    Host& host_;
    VersionOwner& owner_;
    SharedConfiguration configuration_;
    std::vector<std::unique_ptr<Sandbox>> sandboxes_;
    std::vector<Sandbox*>
        idle_;  // the one used last at the back, so the front is idle for the longest time
    Provision provision_;
    SharedConfiguration provisioned_configuration_;  // null: never had any
    std::vector<Sandbox*> provisioned_;              // all of them
    std::vector<Sandbox*> provisioned_idle_;         // used last at the back
    std::int64_t in_flight_ = 0;
    EventId reaper_;
};

}  // namespace orrery::lambda
