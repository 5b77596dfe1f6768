// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/boundary.hpp"

namespace hartonomous::pg {

namespace {

int sqlstate_of(core::Code code) noexcept {
  switch (code) {
    case core::Code::kOk:
      return ERRCODE_SUCCESSFUL_COMPLETION;
    case core::Code::kMalformed:
      return ERRCODE_INVALID_BINARY_REPRESENTATION;
    case core::Code::kLimitExceeded:
      return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
    case core::Code::kUnsupported:
      return ERRCODE_FEATURE_NOT_SUPPORTED;
    case core::Code::kBadEncoding:
      return ERRCODE_CHARACTER_NOT_IN_REPERTOIRE;
    case core::Code::kInvalidArgument:
      return ERRCODE_INVALID_PARAMETER_VALUE;
    case core::Code::kInvalidPattern:
      return ERRCODE_INVALID_REGULAR_EXPRESSION;
    case core::Code::kOutOfRange:
      return ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
    case core::Code::kWrongState:
      return ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
    case core::Code::kNotFound:
      return ERRCODE_UNDEFINED_OBJECT;
    case core::Code::kNotPermitted:
      return ERRCODE_INSUFFICIENT_PRIVILEGE;
    case core::Code::kQuotaExceeded:
      return ERRCODE_CONFIGURATION_LIMIT_EXCEEDED;
    case core::Code::kOutOfMemory:
      return ERRCODE_OUT_OF_MEMORY;
    case core::Code::kIoError:
      return ERRCODE_IO_ERROR;
    case core::Code::kCorrupt:
      return ERRCODE_DATA_CORRUPTED;
  }
  return ERRCODE_INTERNAL_ERROR;
}

// Cuts at a character boundary, so that a long message stays valid in the server's encoding.
template <std::size_t N>
void copy_clipped(char (&to)[N], std::string_view from) noexcept {
  std::size_t length = std::min(from.size(), N - 1);
  while (length > 0 && length < from.size() && (from[length] & 0xc0) == 0x80) --length;
  std::memcpy(to, from.data(), length);
  to[length] = '\0';
}

detail::Report last;

}  // namespace

void raise(core::Status status) { throw Failure(std::move(status)); }

void check(core::Status status) {
  if (!status.is_ok()) raise(std::move(status));
}

namespace detail {

void fill(Report& report, const core::Status& status) noexcept {
  report.sqlstate = sqlstate_of(status.code());
  copy_clipped(report.message, status.message());
  copy_clipped(report.detail, status.detail());
  copy_clipped(report.hint, status.hint());
}

const Report& last_report() noexcept { return last; }

void remember(const ErrorData& error) noexcept {
  last.sqlstate = error.sqlerrcode;
  copy_clipped(last.message, error.message != nullptr ? error.message : "");
}

void report_error(const Report& report) {
  last = report;
  ereport(ERROR, (errcode(report.sqlstate), errmsg_internal("%s", report.message),
                  report.detail[0] ? errdetail_internal("%s", report.detail) : 0,
                  report.hint[0] ? errhint("%s", report.hint) : 0));
  pg_unreachable();
}

}  // namespace detail
}  // namespace hartonomous::pg
