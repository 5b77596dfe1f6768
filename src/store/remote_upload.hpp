// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Models of hubs as uploads: what the hub lists is fetched into one of the server's temporary
// files, and each file's digest is checked before anything is made of it.
#pragma once

#include <functional>

#include "store/ingest_plan.hpp"

namespace hartonomous::store {

// Makes what counts and shows the work of that kind, of so many bytes.
using MakeProgress =
    std::function<std::unique_ptr<core::Checkpoint>(std::string_view kind, std::uint64_t bytes)>;

// Refuses unless the current user may fetch, and this from there. Connects to nothing.
void require_fetch(const std::string& source);

// The files of a model that core::hub::parse_model_address() understands, with their paths below
// what was named. A broken connection is taken up again where it broke, up to five times that bring
// less than 1 MiB. Raises what HttpClient does, and 54000 for more than max_fetch_size, 22P03 for a
// listing that is none and for bytes that do not have their digest. REQUIRES: require_fetch(); that
// the rest of the upload's transactions only read it.
std::vector<UploadFile> fetch_upload(const std::string& source, const MakeProgress& make_progress);

}  // namespace hartonomous::store
