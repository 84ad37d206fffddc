#include "services/sts/sts.h"

#include "services/sts/operations.h"

#include <utility>

namespace orrery::sts {

StsService::StsService(World& world,
                       std::string account,
                       Principals& principals,
                       Sessions& sessions)
    : world_(world),
      account_(std::move(account)),
      principals_(principals),
      sessions_(sessions),
      api_("sts") {
    Operations::add_all(*this, api_);
}

}  // namespace orrery::sts
