/// One UpdateTable: what it asks for is checked part by part, and then begins, all or nothing.
#pragma once

#include "engine/json.h"
#include "engine/timeline.h"
#include "services/dynamodb/control_operations.h"
#include "services/dynamodb/control_plane.h"

#include <optional>
#include <string>
#include <vector>

namespace orrery::dynamodb {

class TableUpdate {
public:
    /// Throws where the table may not be changed now.
    TableUpdate(ControlPlane& control, ManagedTable& table);

    // Each throws AWS's error for what cannot be done, and changes nothing yet.
    void billing(const std::string* mode, const Json* throughput, const Json* index_updates);
    void indexes(const Json& updates, const Json* attributes);
    void stream(const StreamRequest& wanted);
    void encryption(const Json& specification);
    void table_class(const std::string& name);
    void deletion_protection(bool wanted);
    /// OnDemandThroughput: -1 is no maximum, and what it does not have stays as it is.
    void on_demand_maximum(const Json& maximum);
    void warm_throughput(Throughput warm);

    /// The table is UPDATING from here on.
    void begin();

private:
    void update_index(const Json& update);
    void create_index(const Json& create, const Json* attributes);
    void delete_index(const Json& action);
    const IndexDefinition& index_called(const std::string& name) const;
    /// Throws where an index is being created or deleted.
    void check_no_index_changes() const;
    void check_switch_to_provisioned(const Json* throughput, const Json* index_updates) const;

    ControlPlane& control_;
    ManagedTable& table_;
    BillingMode billing_;  // to be
    bool creates_index_ = false;
    std::vector<Callback> at_once_;
    std::vector<Callback> in_the_end_;
};

}  // namespace orrery::dynamodb
