/// An operation's parameters where they stand in a request's JSON text: nothing is copied, and
/// nothing is a node of its own on the heap.
#pragma once

#include "services/aws/model.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace orrery::aws {

/// A value, followed in memory by what is in it.
class PlainValue {
public:
    class Iterator {
    public:
        explicit Iterator(const PlainValue* value) : value_(value) {}
        const PlainValue& operator*() const { return *value_; }
        Iterator& operator++() {
            value_ += value_->extent_;
            return *this;
        }
        bool operator==(const Iterator& other) const = default;

    private:
        const PlainValue* value_;
    };

    /// In a structure or map; empty elsewhere.
    std::string_view name() const { return name_; }
    /// Of a string or blob (base64, as base64() writes it).
    std::string_view text() const { return text_; }
    /// Of a boolean.
    bool truth() const { return integer_ != 0; }
    /// Of a structure or map; null if it is absent.
    const PlainValue* find(std::string_view member) const;
    std::optional<std::string_view> optional_text(std::string_view member) const;
    std::optional<std::int64_t> optional_integer(std::string_view member) const;
    /// Of what is in a structure, map or list.
    std::size_t size() const { return count_; }
    Iterator begin() const { return Iterator(this + 1); }
    Iterator end() const { return Iterator(this + extent_); }

private:
    friend class PlainReader;

    std::string_view name_;
    std::string_view text_;
    std::int64_t integer_ = 0;
    std::uint32_t count_ = 0;   // of what is directly in it
    std::uint32_t extent_ = 1;  // with all that is in it
};

/// To be used again for the next request.
class PlainParameters {
public:
    /// The parameters, which live until the next call, as long as `text` does; null if `text` is
    /// anything but plain: strings of ASCII without escapes, members that the model knows, names in
    /// maps that are not many, each once, of structures, lists, texts, blobs, booleans and whole
    /// numbers, with values that the model has nothing against. Others are the business of a
    /// Protocol and of validate(), who have words for what is wrong with them.
    const PlainValue* read(std::string_view text, const Shape& shape);

private:
    std::vector<PlainValue> values_;
};

}  // namespace orrery::aws
