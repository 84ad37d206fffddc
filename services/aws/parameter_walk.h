/// Walks through canonical parameters along their model and tells a visitor what is wrong with
/// them.
#pragma once

#include "engine/json.h"
#include "services/aws/model.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::aws {

/// Where in the parameters the walk is: a chain up to the root, on the stack.
struct ParameterPath {
    const ParameterPath* parent = nullptr;
    std::string_view name;  // of a member or of a map's key; empty: an element of a list
    std::size_t index = 0;  // of an element, from 0

    /// Root first, elements as numbers from `first_index`.
    std::vector<std::string> steps(std::size_t first_index) const;
};

class ParameterVisitor {
public:
    virtual ~ParameterVisitor() = default;
    ParameterVisitor(const ParameterVisitor&) = delete;
    ParameterVisitor& operator=(const ParameterVisitor&) = delete;

    virtual void wrong_type(const ParameterPath& path, const Shape& shape, const Json& value) = 0;
    virtual void unknown_member(const ParameterPath& path, const Shape& structure);
    virtual void missing(const ParameterPath& path);
    /// Every value of the right type.
    virtual void right(const ParameterPath& path, const Shape& shape, const Json& value);

protected:
    ParameterVisitor() = default;
};

/// Nulls count as absent members.
void walk_parameters(const Json& value, const Shape& shape, ParameterVisitor& visitor);

}  // namespace orrery::aws
