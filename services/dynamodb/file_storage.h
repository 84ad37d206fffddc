/// An account's items in a Region in tables of the world's store, which commits them together with
/// everything else.
#pragma once

#include "services/dynamodb/storage.h"

namespace orrery {
class Store;
}

namespace orrery::dynamodb {

class FileStorage final : public Storage {
public:
    /// `store` must outlive it.
    FileStorage(Store& store, const aws::Identity& identity);
    ~FileStorage() override;
    FileStorage(const FileStorage&) = delete;
    FileStorage& operator=(const FileStorage&) = delete;

    bool read(std::string_view key, const ReadVisit& visit) override;
    void each(const Range& range, Direction direction, const Visit& visit) override;
    std::int64_t add_item(std::string_view key, std::string_view value) override;
    void set_item(std::int64_t item, std::string_view value) override;
    void erase_item(std::string_view key, std::int64_t item) override;
    void erase_items(const Range& range) override;
    void add_place(std::string_view key, std::int64_t item) override;
    void erase_place(std::string_view key) override;
    void erase_places(const Range& range) override;
    void each_definition(const DefinitionVisit& visit) override;
    void set_definition(std::uint64_t number, std::string_view definition) override;
    void erase_definition(std::uint64_t number) override;
    void set_saver(std::function<void()> save) override;
    void touch() override;

private:
    struct Statements;

    /// Nothing is made on disk before there is a table.
    bool exists() const;
    Statements& open();
    Statements& write();

    Store& store_;
    std::string prefix_;  // "dynamodb/123456789012/eu-west-1/"
    std::unique_ptr<Statements> statements_;
    std::int64_t last_item_ = 0;
    bool reading_range_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace orrery::dynamodb
