// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/validate.hpp"

#include "serve/open_model.hpp"
#include "store/model_listing.hpp"

namespace hartonomous::serve {

namespace {

using core::facts::Missing;

// Whether the model opens. If not: the reason where it is the model's own, such as a tensor of
// another shape, and nothing where its architecture is not run here.
bool opens(const store::VersionKey& version, std::vector<Missing>& reasons) {
  try {
    const OpenModel model(version);
    return true;
  } catch (const pg::Failure& failure) {
    const core::Status& status = failure.status();
    if (status.code() == core::Code::kMalformed) {
      const bool is_tensor = status.message().find("tensor ") != std::string::npos;
      reasons.push_back({is_tensor ? "tensor" : "config", status.message(), status.detail()});
    }
    return false;
  }
}

}  // namespace

std::vector<Missing> validate_model(const store::VersionKey& version) {
  const store::ModelListing listing(version);
  std::vector<Missing> all = core::facts::missing_files(listing.inventory());
  std::vector<Missing> reasons;
  if (opens(version, reasons)) return all;
  std::vector<Missing> tensors = core::facts::missing_tensors(listing.inventory());
  std::vector<Missing>& rest = tensors.empty() ? reasons : tensors;
  all.insert(all.end(), std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
  return all;
}

}  // namespace hartonomous::serve
