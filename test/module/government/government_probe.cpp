// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Makes what only C++ code calls reachable from SQL.
#include "pg/identity.hpp"
#include "pg/progress.hpp"
#include "pg/server_file.hpp"
#include "pg/server_file_writer.hpp"
#include "pg/settings.hpp"
#include "pg/spi.hpp"
#include "store/tenant.hpp"

extern "C" {
PG_MODULE_MAGIC;
}

namespace {

using namespace hartonomous;

Datum text_of(const std::string& value) { return pg::text_datum(value); }

void sleep_ms(long ms) {
  pg::call([ms] {
    (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, ms,
                    PG_WAIT_EXTENSION);
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
  });
}

// The user and how many tenants row security lets him see. Planned anew each time: a saved plan
// keeps the policies that bound the user when it was made.
std::string identity() {
  pg::Spi spi;
  return std::string(spi.execute_once("SELECT current_user || ' ' || (SELECT count(*) FROM "
                                      "hartonomous.tenant)::text")
                         .text(0, 0));
}

}  // namespace

// progress_job(source, tenant_id, total, upto, steps, ms_per_step, failure) -> job_id: a job that
// works `upto` bytes of `total` in `steps` steps and then raises `failure` unless it is NULL.
HARTONOMOUS_FUNCTION(hartonomous_test_progress_job) {
  const pg::Arguments a(fcinfo);
  pg::JobProgress progress("probe", a.text(0), a.int8(1), static_cast<std::uint64_t>(a.int8(2)));
  for (int step = 0; step < a.int4(4); ++step) {
    progress.reached(static_cast<std::uint64_t>(a.int8(3) / a.int4(4)));
    if (a.int4(5) > 0) sleep_ms(a.int4(5));
  }
  if (!a.is_null(6)) pg::raise({core::Code::kMalformed, std::string(a.text(6))});
  const std::optional<std::int64_t> id = progress.job_id();
  return Int64GetDatum(id.value_or(0));
}

// progress_delay(ms) -> void: hartonomous.progress_delay for this library, which has its own copy.
HARTONOMOUS_FUNCTION(hartonomous_test_progress_delay) {
  pg::settings.progress_delay = pg::Arguments(fcinfo).int4(0);
  PG_RETURN_VOID();
}

// read_file(path, offset, length) -> bytea
HARTONOMOUS_FUNCTION(hartonomous_test_read_file) {
  const pg::Arguments a(fcinfo);
  const auto source = pg::ServerFileSource::open(std::string(a.text(0)));
  std::vector<std::byte> bytes(static_cast<std::size_t>(a.int8(2)));
  pg::check(source->read(static_cast<std::uint64_t>(a.int8(1)), bytes));
  return pg::bytea_datum(bytes);
}

// file_size(path) -> bigint
HARTONOMOUS_FUNCTION(hartonomous_test_file_size) {
  const pg::Arguments a(fcinfo);
  return Int64GetDatum(
      static_cast<std::int64_t>(pg::ServerFileSource::open(std::string(a.text(0)))->size()));
}

// write_file(path, content, times, finish) -> bigint
HARTONOMOUS_FUNCTION(hartonomous_test_write_file) {
  const pg::Arguments a(fcinfo);
  pg::ServerFileWriter writer{std::string(a.text(0))};
  for (int i = 0; i < a.int4(2); ++i) pg::check(writer.write(a.bytea(1)));
  if (a.boolean(3)) pg::check(writer.finish());
  return Int64GetDatum(static_cast<std::int64_t>(writer.size()));
}

// list_directory(path) -> text, "name=size" joined by spaces
HARTONOMOUS_FUNCTION(hartonomous_test_list_directory) {
  const pg::Arguments a(fcinfo);
  std::string all;
  for (const auto& entry : pg::list_server_directory(std::string(a.text(0)))) {
    all += (all.empty() ? "" : " ") + entry.name + "=" + std::to_string(entry.size);
  }
  return text_of(all);
}

// file_in_directory(directory, component bytea) -> text
HARTONOMOUS_FUNCTION(hartonomous_test_file_in_directory) {
  const pg::Arguments a(fcinfo);
  return text_of(
      pg::check(pg::file_in_directory(std::string(a.text(0)), core::as_text(a.bytea(1)))));
}

// resolve_tenant(name) -> bigint
HARTONOMOUS_FUNCTION(hartonomous_test_resolve_tenant) {
  const pg::Arguments a(fcinfo);
  return Int64GetDatum(
      store::resolve_tenant(a.is_null(0) ? std::nullopt : std::optional(a.text(0))));
}

// charge(tenant_id, bytes) -> void; refunds when negative
HARTONOMOUS_FUNCTION(hartonomous_test_charge) {
  const pg::Arguments a(fcinfo);
  const std::int64_t bytes = a.int8(1);
  if (bytes >= 0) store::charge(a.int8(0), static_cast<std::uint64_t>(bytes));
  if (bytes < 0) store::refund(a.int8(0), static_cast<std::uint64_t>(-bytes));
  PG_RETURN_VOID();
}

// check_quota(tenant_id, bytes) -> void
HARTONOMOUS_FUNCTION(hartonomous_test_check_quota) {
  const pg::Arguments a(fcinfo);
  store::check_quota(a.int8(0), static_cast<std::uint64_t>(a.int8(1)));
  PG_RETURN_VOID();
}

// owner_rights(statement) -> text: who one is before, during and after; the statement runs during.
HARTONOMOUS_FUNCTION(hartonomous_test_owner_rights) {
  const pg::Arguments a(fcinfo);
  std::string all = identity();
  {
    const pg::OwnerRights rights;
    all += ", " + identity();
    pg::Spi spi;
    if (!a.is_null(0)) spi.execute_once(std::string(a.text(0)));
  }
  return text_of(all + ", " + identity());
}
