#include "services/cloudformation/deploy_order.h"

#include <catch2/catch.hpp>

using namespace orrery::cloudformation;

using Indices = std::vector<std::size_t>;

TEST_CASE("cloudformation deploy_order: what is needed first, else as they stand") {
    CHECK(deploy_order({}).order.empty());
    CHECK(deploy_order({{}, {}, {}}).order == Indices{0, 1, 2});
    CHECK(deploy_order({{2}, {}, {}, {0}}).order == Indices{1, 2, 0, 3});
    CHECK(deploy_order({{3}, {0}, {}, {2}}).order == Indices{2, 3, 0, 1});
}

TEST_CASE("cloudformation deploy_order: a cycle is named without those who only wait for it") {
    CHECK(deploy_order({{1}, {2}, {3}, {1}}).cycle == Indices{1, 2, 3});
    CHECK(deploy_order({{0}}).cycle == Indices{0});
}
