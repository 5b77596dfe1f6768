// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// NumPy arrays and ZIP archives: the input as it is, then an archive with pieces of it as entries,
// whose directory must be read as it was written, then that archive with one byte changed.
#include <fuzzer/FuzzedDataProvider.h>

#include "core/format/zip/directory.hpp"
#include "format/zip_builder.hpp"
#include "properties.hpp"

namespace {

using namespace hartonomous;
namespace zip = core::format::zip;

struct Written {
  std::vector<test::ZipEntry> entries;
  std::string file;
};

Written archive(FuzzedDataProvider& in) {
  Written out;
  test::Zip built;
  while (in.remaining_bytes() > 4 && out.entries.size() < 8) {
    std::string content = in.ConsumeRandomLengthString(400);
    const bool is_array = in.ConsumeBool();
    if (is_array) content = test::npy(content, in.ConsumeRandomLengthString(64));
    const std::string name = "e" + std::to_string(out.entries.size()) + (is_array ? ".npy" : "");
    out.entries.push_back({name, content, in.ConsumeBool(), in.ConsumeBool(), in.ConsumeBool()});
    if (out.entries.back().is_wide) out.entries.back().has_descriptor = false;
    built.add(out.entries.back());
  }
  out.file = in.ConsumeBool() ? built.file64(built.count) : built.file();
  return out;
}

void check_written(const Written& written) {
  core::MemorySource source(core::as_bytes(written.file));
  core::NoCheckpoint checkpoint;
  core::format::ParseBudget budget(1 << 30);
  core::format::Limits limits;
  const auto entries = zip::read_directory(source, limits, budget, checkpoint);
  fuzz::require(entries.is_ok() && entries.value().size() == written.entries.size());
  for (std::size_t i = 0; i < written.entries.size(); ++i) {
    const zip::Entry& entry = entries.value()[i];
    fuzz::require(entry.name == written.entries[i].name);
    const auto content = zip::read_entry(source, entry, limits, budget, checkpoint);
    fuzz::require(content.is_ok() && content.value() == written.entries[i].content);
    const auto prefix = zip::read_prefix(source, entry, 100, checkpoint);
    fuzz::require(prefix.is_ok() && prefix.value() == content.value().substr(0, 100));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::check_parse(fuzz::text_of(data, size));
  FuzzedDataProvider in(data, size);
  const auto position = in.ConsumeIntegral<std::uint32_t>();
  const auto byte = in.ConsumeIntegral<char>();
  Written written = archive(in);
  check_written(written);
  fuzz::check_parse(written.file);
  written.file[position % written.file.size()] = byte;
  fuzz::check_parse(written.file);
  return 0;
}
