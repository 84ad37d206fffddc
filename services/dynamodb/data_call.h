/// One call of an operation on items: its parameters, the tables it may use, and what faults,
/// throttling and accounts do to all such operations alike.
#pragma once

#include "engine/json.h"
#include "engine/time.h"
#include "services/aws/api.h"
#include "services/aws/parameters.h"
#include "services/dynamodb/consumption.h"
#include "services/dynamodb/table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::dynamodb {

class Tables;

class DataCall {
public:
    DataCall(Tables& tables, std::string_view action, const Json& parameters);
    /// Without parameters: they have been read from the request's text.
    DataCall(Tables& tables, std::string_view action);

    Tables& tables;
    std::string_view action;
    aws::Parameters parameters;

    Instant now() const;
    /// ReturnConsumedCapacity.
    void read_return_capacity();
    /// ReturnItemCollectionMetrics.
    void read_return_collections();

    /// The table; the faults dynamodb.internal_error, dynamodb.throttle and dynamodb.latency strike
    /// here, once for a call and table.
    Table& table(std::string_view name_or_arn);
    /// How long the answer takes, by what is known so far.
    Duration delay() const { return delay_; }
    /// Whether no call has to wait for its answer.
    static bool answers_at_once(Tables& tables);
    /// What `operation` returns or throws, which is counted.
    template <typename Operation>
    auto carried_out(Operation operation) {
        try {
            auto answer = operation();
            succeeded();
            return answer;
        } catch (const aws::ApiError& error) {
            failed(error);
            throw;
        }
    }

    /// Whether there is capacity left; what is not admitted is traced and counted.
    bool admits(Table& table, Access access, Table::Source source);
    /// The same for the global indexes that it changes.
    bool admits_indexes(Table& table, const ItemWrite& write);
    /// The error where it is not admitted.
    aws::ApiError throttled() const;
    /// Takes it from the table's capacity.
    void charge(Table& table, Access access, const Consumption& consumption);
    /// What it has taken so far, by table in the order of the first time.
    using Charged = std::vector<std::pair<const Table*, Consumption>>;
    const Charged& charged() const { return charged_; }
    /// What it has consumed, if that was asked for.
    ReturnCapacity return_capacity() const { return return_capacity_; }
    /// Whether the item collections that it changes are to be answered.
    bool return_collections() const { return return_collections_; }

    /// Throws TransactionConflictException if a transaction has the item, or if the fault
    /// dynamodb.conflict says so.
    void check_conflict(Table& table, std::string_view key, const Item& item);
    /// The same, told and not thrown.
    bool conflicts(Table& table, std::string_view key, const Item& item);

private:
    void succeeded() const;
    void failed(const aws::ApiError& error);
    void strike(Table& table);

    Duration delay_;
    ReturnCapacity return_capacity_ = ReturnCapacity::none;
    bool return_collections_ = false;
    std::vector<Table*> struck_;
    /// What was not admitted last.
    struct Refusal {
        const Table* table = nullptr;
        Access access = Access::read;
        std::string index;  // empty: the table itself
        bool fault = false;
    };
    Refusal refusal_;
    std::vector<const Table*> throttled_by_fault_;
    Charged charged_;
};

/// A parameter that must be there.
const Json& required_member(aws::Parameters& parameters, std::string_view name);

/// What is looked at in the name of a table before all else; nothing of ARNs. [recorded in
/// nubo-db/dynoxide's changes, 0.9.10]
void check_name_or_arn(std::string_view table);

/// An item's key as the trace and people have it: "42", "Orders/2026-01-01".
std::string key_text(const Table& table, const Item& item);

/// Adds an operation that is carried out at once and answers when its latency is over.
void add_data_operation(aws::ApiService& api,
                        Tables& tables,
                        const char* action,
                        Json (*operation)(DataCall& call));

/// Adds a quick way beside it: `read` makes a request of parameters, or nothing where it leaves
/// them to the operation, which then has not begun; `answer` carries it out.
template <typename Request>
void add_quick_data_operation(aws::ApiService& api,
                              Tables& tables,
                              const char* action,
                              std::optional<Request> (*read)(const aws::PlainValue& parameters),
                              std::string (*answer)(DataCall& call, Request request)) {
    api.add_quick(action,
                  [&tables, action, read, answer](
                      const aws::PlainValue& parameters) -> std::optional<std::string> {
                      if (!DataCall::answers_at_once(tables)) {
                          return std::nullopt;
                      }
                      std::optional<Request> request = read(parameters);
                      if (!request) {
                          return std::nullopt;
                      }
                      DataCall call(tables, action);
                      return call.carried_out([&] {
                          check_name_or_arn(request->table);
                          return answer(call, *std::move(request));
                      });
                  });
}

}  // namespace orrery::dynamodb
