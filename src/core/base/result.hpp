// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Errors as values. Core code never prints, aborts or throws on input; it returns a Status, or a
// Result<T> that holds either a T or a non-ok Status. Exceptions are left for std::bad_alloc and
// for what a Checkpoint throws to unwind a cancelled call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace hartonomous::core {

// One code per SQLSTATE that a caller may see; src/pg/status.cpp holds the table.
enum class Code : std::uint8_t {
  kOk,
  kMalformed,        // 22P03: the bytes break their format's rules
  kLimitExceeded,    // 54000: over a configured cap
  kUnsupported,      // 0A000: known, and not read here
  kBadEncoding,      // 22021: not the encoding it must be
  kInvalidArgument,  // 22023: the caller's argument is wrong
  kInvalidPattern,   // 2201B: no regular expression that is understood
  kOutOfRange,       // 22003: a number does not fit where it must go
  kWrongState,       // 55000: right call, wrong moment
  kNotFound,         // 42704: no such object
  kNotPermitted,     // 42501: the caller lacks a privilege
  kQuotaExceeded,    // 53400: the tenant's quota is spent
  kOutOfMemory,      // 53200: over the memory budget
  kIoError,          // 58030: the operating system refused a read or write
  kCorrupt,          // XX001: stored bytes no longer match their content address
};

// What went wrong, in PostgreSQL's three registers: a primary message (lower case, no full stop),
// a detail and a hint (sentences). Text that comes from a file must pass through quoted().
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  static Status ok() { return {}; }
  bool is_ok() const noexcept { return code_ == Code::kOk; }
  Code code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }
  const std::string& detail() const noexcept { return detail_; }
  const std::string& hint() const noexcept { return hint_; }

  Status&& with_detail(std::string text) && {
    detail_ = std::move(text);
    return std::move(*this);
  }
  Status&& with_hint(std::string text) && {
    hint_ = std::move(text);
    return std::move(*this);
  }

 private:
  Code code_ = Code::kOk;
  std::string message_, detail_, hint_;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}         // NOLINT(google-explicit-constructor)
  Result(Status status) : state_(std::move(status)) {}  // NOLINT(google-explicit-constructor)

  bool is_ok() const noexcept { return std::holds_alternative<T>(state_); }
  // REQUIRES: is_ok()
  T& value() & { return std::get<T>(state_); }
  const T& value() const& { return std::get<T>(state_); }
  T&& value() && { return std::get<T>(std::move(state_)); }
  // REQUIRES: !is_ok()
  const Status& status() const& { return std::get<Status>(state_); }
  Status&& status() && { return std::get<Status>(std::move(state_)); }

 private:
  std::variant<T, Status> state_;
};

// Untrusted text made fit for a message: double-quoted, control bytes and invalid UTF-8 shown as
// \xNN, at most `limit` bytes of it, then "...".
std::string quoted(std::string_view untrusted, std::size_t limit = 64);

}  // namespace hartonomous::core

// HARTONOMOUS_CHECK(expr): returns from the enclosing function if the Status is not ok.
#define HARTONOMOUS_CHECK(expr)                                                         \
  do {                                                                                  \
    if (::hartonomous::core::Status status_ = (expr); !status_.is_ok()) return status_; \
  } while (false)

// HARTONOMOUS_TRY(auto x, expr): declares x from a Result, or returns its Status.
#define HARTONOMOUS_TRY(declaration, expr) \
  HARTONOMOUS_TRY_NAMED(declaration, expr, HARTONOMOUS_JOIN(result_, __LINE__))
#define HARTONOMOUS_TRY_NAMED(declaration, expr, name) \
  auto name = (expr);                                  \
  if (!name.is_ok()) return std::move(name).status();  \
  declaration = std::move(name).value()
#define HARTONOMOUS_JOIN(a, b) HARTONOMOUS_JOIN_NOW(a, b)
#define HARTONOMOUS_JOIN_NOW(a, b) a##b
