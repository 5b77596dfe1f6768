// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Archives and compressed files as uploads: the input is read as a tar archive, as each kind of
// compressed stream, and, with its header checksums made right, as a tar archive again.
#include "core/format/archive/decompress.hpp"
#include "core/format/archive/tar.hpp"
#include "properties.hpp"

namespace {

using namespace hartonomous;
namespace archive = core::format::archive;
using core::format::Container;

constexpr std::size_t kBlock = 512;

// Takes up to 4 MiB, as a caller that bounds what comes out.
class CountingSink final : public core::ByteSink {
 public:
  core::Status write(core::Bytes bytes) override {
    constexpr std::size_t kMost = 4 << 20;
    fuzz::require(bytes.size() <= kMost);
    taken_ += bytes.size();
    if (taken_ <= kMost) return core::Status::ok();
    return {core::Code::kLimitExceeded, "enough"};
  }

 private:
  std::size_t taken_ = 0;
};

void check_tar(std::string_view file) {
  core::MemorySource source(core::as_bytes(file));
  core::NoCheckpoint checkpoint;
  core::format::ParseBudget budget(1 << 26);
  const auto files = archive::read_tar(source, {}, budget, checkpoint);
  if (!files.is_ok()) return fuzz::check_refusal(files.status());
  std::uint64_t end = 0;
  for (const archive::TarFile& entry : files.value()) {
    fuzz::require(!entry.name.empty() && entry.name.front() != '/');
    fuzz::require(entry.name.find("..") == std::string::npos ||
                  ("/" + entry.name + "/").find("/../") == std::string::npos);
    fuzz::require(entry.offset >= end + kBlock && entry.offset + entry.length <= file.size());
    end = entry.offset + entry.length;
  }
}

void check_stream(std::string_view file, Container container) {
  core::MemorySource source(core::as_bytes(file));
  core::NoCheckpoint checkpoint;
  CountingSink sink;
  const core::Status status = archive::decompress(source, container, sink, checkpoint);
  if (!status.is_ok()) fuzz::check_refusal(status);
}

std::string with_checksums(std::string_view file) {
  std::string out(file);
  for (std::size_t at = 0; at + kBlock <= out.size(); at += kBlock) {
    unsigned sum = 8 * ' ';
    for (std::size_t i = 0; i < kBlock; ++i) {
      if (i < 148 || i >= 156) sum += static_cast<unsigned char>(out[at + i]);
    }
    if (sum == 8 * ' ') continue;  // a zero block
    for (std::size_t digit = 0; digit < 6; ++digit) {
      out[at + 153 - digit] = static_cast<char>('0' + (sum >> 3 * digit & 7));
    }
    out[at + 154] = '\0', out[at + 155] = ' ';
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file = fuzz::text_of(data, size);
  check_tar(file);
  check_tar(with_checksums(file));
  for (const Container container : {Container::kDeflate, Container::kGzip, Container::kBzip2,
                                    Container::kXz, Container::kZstd}) {
    if (size > 0) check_stream(file, container);
  }
  return 0;
}
