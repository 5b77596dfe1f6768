// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "functions/ingest_options.hpp"

#include "pg/json.hpp"

namespace hartonomous::functions {

namespace {

constexpr std::string_view kOptions[] = {"archives", "message", "tenant"};

bool keeps_archives(std::string_view option) {
  if (option != "keep" && option != "expand") {
    pg::raise(
        core::Status(core::Code::kInvalidArgument, "option \"archives\" is " + core::quoted(option))
            .with_hint("Use expand or keep."));
  }
  return option == "keep";
}

}  // namespace

store::IngestRequest ingest_request(const pg::Arguments& arguments, int first, std::string source) {
  arguments.require(first, "name");
  arguments.require(first + 1, "ref");
  store::IngestRequest request;
  request.name = arguments.text(first);
  request.ref = arguments.text(first + 1);
  request.base = arguments.text_or(first + 2, "");
  request.source = std::move(source);
  if (!arguments.is_null(first + 3)) {
    for (auto& [key, value] : pg::string_members(arguments.datum(first + 3), "options", kOptions)) {
      if (key == "archives") {
        request.keeps_archives = keeps_archives(value);
      } else {
        (key == "message" ? request.message : request.tenant) = std::move(value);
      }
    }
  }
  return request;
}

}  // namespace hartonomous::functions
