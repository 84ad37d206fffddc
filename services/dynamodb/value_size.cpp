// What values count in bytes: [docs: CapacityUnitCalculations], numbers as [dyl].
#include "services/dynamodb/attribute_value.h"

namespace orrery::dynamodb {

namespace {

constexpr std::size_t container_bytes = 3;
constexpr std::size_t element_bytes = 1;

struct Size {
    std::size_t operator()(const std::string& text) const { return text.size(); }
    std::size_t operator()(const Number& number) const { return number.size(); }
    std::size_t operator()(const Binary& binary) const { return binary.bytes.size(); }
    std::size_t operator()(bool) const { return 1; }
    std::size_t operator()(Null) const { return 1; }
    template <typename Element>
    std::size_t operator()(const Set<Element>& set) const {
        std::size_t size = 0;
        for (const Element& element : set.elements) {
            size += (*this)(element);
        }
        return size;
    }
    std::size_t operator()(const List& list) const {
        std::size_t size = container_bytes;
        for (const AttributeValue& element : list) {
            size += element_bytes + size_of(element);
        }
        return size;
    }
    std::size_t operator()(const Map& map) const {
        return container_bytes + element_bytes * map.size() + size_of(map);
    }
};

}  // namespace

std::size_t size_of(const AttributeValue& value) {
    return std::visit(Size(), value.value());
}

std::size_t size_of(const Item& item) {
    std::size_t size = 0;
    for (const auto& [name, value] : item) {
        size += name.size() + size_of(value);
    }
    return size;
}

}  // namespace orrery::dynamodb
