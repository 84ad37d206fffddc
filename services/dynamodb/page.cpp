#include "services/dynamodb/page.h"

#include <utility>

namespace orrery::dynamodb {

namespace {

constexpr std::size_t most_page_bytes = 1024 * 1024;  // [docs: Query.Pagination]

class PageReader {
public:
    PageReader(const Table& table, const PageRequest& request) : table_(table), request_(request) {
        if (request.source) {
            const IndexDefinition& index = table.definition().indexes[*request.source];
            projects_all_ = index.projection.kind == Projection::Kind::all;
        }
    }

    /// False: the item does not belong to the page any more.
    bool add(std::size_t size, std::string_view bytes) {
        if (request_.limit && page_.scanned >= *request_.limit) {
            return false;
        }
        std::optional<Item> item;
        const bool partly = !projects_all_ && !request_.whole_items;
        if (!projects_all_ || request_.filter || request_.projection) {
            item = decode_item(bytes);
        }
        std::size_t entry_size = size;
        if (!projects_all_) {
            Item projected = table_.projected(*request_.source, *item);
            entry_size = size_of(projected);
            if (partly) {
                item = std::move(projected);
            }
        }
        if (page_.scanned > 0 && bytes_ + entry_size > most_page_bytes) {
            more_ = true;
            return false;
        }
        bytes_ += entry_size;
        range_bytes_ += entry_size;
        ++page_.scanned;
        last_ = bytes;
        if (request_.whole_items && !projects_all_) {
            fetched_ += read_units(size, request_.consistency);
        }
        if (!request_.filter || request_.filter->holds(*item)) {
            ++page_.count;
            if (!request_.count_only) {
                page_.items.push_back(answer(item, bytes));
            }
        }
        return true;
    }

    void end_range() { units_ += read_units(std::exchange(range_bytes_, 0), request_.consistency); }
    bool ended() const { return more_ || (request_.limit && page_.scanned >= *request_.limit); }

    Page take() {
        if (page_.scanned > 0 && (more_ || page_.scanned == request_.limit)) {
            page_.last_key = key_of_page(table_, request_.source, decode_item(last_));
        }
        if (request_.source) {
            page_.consumption.add_index(*request_.source, units_);
            page_.consumption.table = fetched_;
        } else {
            page_.consumption.table = units_;
        }
        return std::move(page_);
    }

private:
    Json answer(const std::optional<Item>& item, std::string_view bytes) const {
        if (!item) {
            return write_encoded_item(bytes);
        }
        return write_item(request_.projection ? request_.projection->of(*item) : *item);
    }

    const Table& table_;
    const PageRequest& request_;
    bool projects_all_ = true;
    Page page_;
    std::size_t bytes_ = 0;
    std::size_t range_bytes_ = 0;
    HalfUnits units_ = 0;
    HalfUnits fetched_ = 0;
    bool more_ = false;
    std::string last_;
};

}  // namespace

Page read_page(const Table& table, const PageRequest& request) {
    PageReader reader(table, request);
    for (const Storage::Range& range : request.ranges) {
        table.each_in(
            range, request.direction, [&reader](std::size_t size, std::string_view bytes) {
                return reader.add(size, bytes);
            });
        reader.end_range();
        if (reader.ended()) {
            break;
        }
    }
    return reader.take();
}

Item key_of_page(const Table& table, Table::Source source, const Item& item) {
    Item key;
    const auto add = [&](const KeySchema& keys) {
        for (const auto* part : {&keys.hash, &keys.range}) {
            for (const KeyAttribute& attribute : *part) {
                key.insert(*item.find(attribute.name));
            }
        }
    };
    add(table.definition().keys);
    if (source) {
        add(table.keys_of(source));
    }
    return key;
}

}  // namespace orrery::dynamodb
