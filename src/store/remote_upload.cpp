// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/remote_upload.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "core/base/window_source.hpp"
#include "core/format/safetensors/shard_index.hpp"
#include "core/hub/listing.hpp"
#include "pg/background_worker.hpp"
#include "pg/http_client.hpp"
#include "pg/server_path.hpp"
#include "pg/settings.hpp"
#include "pg/spi.hpp"
#include "pg/spool_file.hpp"
#include "store/format_limits.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::hub::ModelAddress;
using core::hub::RemoteFile;

constexpr std::size_t kMostListing = 16 << 20;  // bytes of one answer
constexpr int kMostPages = 100;
constexpr int kTries = 5;  // that bring less than kEnough
constexpr std::uint64_t kEnough = 1 << 20;
constexpr long kPauseMs = 200;
constexpr std::string_view kIndexSuffix = ".safetensors.index.json";
constexpr const char* kManifestTypes =
    "application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.oci.image.manifest.v1+json";

class TextSink final : public core::ByteSink {
 public:
  Status write(core::Bytes bytes) override {
    if (bytes.size() > kMostListing - text.size()) {
      return {Code::kLimitExceeded, "the hub's listing is too long"};
    }
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return Status::ok();
  }
  std::string text;
};

// One file on its way into the spool.
class FileSink final : public core::ByteSink {
 public:
  FileSink(pg::SpoolFile& spool, const RemoteFile& file, core::Checkpoint& checkpoint)
      : spool_(spool),
        file_(file),
        checkpoint_(checkpoint),
        digest_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    const bool is_sha256 = !file.sha256.empty();
    if (!digest_ ||
        EVP_DigestInit_ex(digest_.get(), is_sha256 ? EVP_sha256() : EVP_sha1(), nullptr) != 1) {
      throw std::bad_alloc();
    }
    if (is_sha256) return;
    const std::string head = "blob " + std::to_string(file.bytes);
    EVP_DigestUpdate(digest_.get(), head.c_str(), head.size() + 1);
  }

  Status write(core::Bytes bytes) override {
    if (bytes.size() > file_.bytes - written_) {
      return {Code::kMalformed,
              "the hub sends more of " + core::quoted(file_.path) + " than it lists"};
    }
    EVP_DigestUpdate(digest_.get(), bytes.data(), bytes.size());
    written_ += bytes.size();
    checkpoint_.reached(bytes.size());
    return spool_.write(bytes);
  }
  std::uint64_t written() const noexcept { return written_; }

  bool has_its_digest() {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_DigestFinal_ex(digest_.get(), bytes, &length);
    constexpr char kHex[] = "0123456789abcdef";
    std::string hex;
    for (unsigned i = 0; i < length; ++i) {
      hex += kHex[bytes[i] >> 4];
      hex += kHex[bytes[i] & 15];
    }
    return hex == (file_.sha256.empty() ? file_.git_sha1 : file_.sha256);
  }

 private:
  pg::SpoolFile& spool_;
  const RemoteFile& file_;
  core::Checkpoint& checkpoint_;
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> digest_;
  std::uint64_t written_ = 0;
};

// A hub's address without a slash at its end.
std::string base_url(const char* setting) {
  std::string url = setting == nullptr ? "" : setting;
  while (url.ends_with('/')) url.pop_back();
  return url;
}

class Fetcher {
 public:
  explicit Fetcher(const ModelAddress& address)
      : address_(address),
        base_(base_url(is_hub() ? pg::settings.hub_url : pg::settings.registry_url)) {}

  std::vector<RemoteFile> list() { return is_hub() ? list_tree() : list_manifest(); }

  UploadFile fetch(const RemoteFile& file, core::Checkpoint& checkpoint) {
    const std::uint64_t begin = spool_->size();
    FileSink sink(*spool_, file, checkpoint);
    const std::string url = file_url(file);
    int failures = 0;
    while (sink.written() < file.bytes) {
      const std::uint64_t before = sink.written();
      if (fetch_some(url, before, sink, checkpoint)) break;
      failures = sink.written() - before < kEnough ? failures + 1 : 0;
      if (failures == kTries) std::rethrow_exception(last_);
      pg::sleep_for(kPauseMs);
    }
    if (sink.written() != file.bytes || !sink.has_its_digest()) {
      pg::raise(Status(Code::kMalformed, core::quoted(file.path) +
                                             " arrived with other bytes than the "
                                             "hub lists")
                    .with_detail("Its digest or length is wrong."));
    }
    return {file.path, std::make_unique<core::WindowSource>(spool_, begin, file.bytes)};
  }

 private:
  bool is_hub() const { return address_.hub == ModelAddress::Hub::kHuggingFace; }

  // True when the answer came to its end; false after a failure that may pass, kept in last_.
  bool fetch_some(const std::string& url, std::uint64_t from, core::ByteSink& sink,
                  core::Checkpoint& checkpoint) {
    try {
      client_.get(url, from, "", sink, checkpoint);
      return true;
    } catch (const pg::Failure& e) {
      if (e.status().code() != Code::kIoError) throw;
      last_ = std::current_exception();
      return false;
    }
  }

  std::string get_text(const std::string& url, const char* accept,
                       std::string* next_page = nullptr) {
    TextSink sink;
    pg::PollCheckpoint checkpoint;
    const pg::HttpAnswer answer = client_.get(url, 0, accept, sink, checkpoint);
    if (next_page != nullptr) *next_page = answer.next_page;
    return std::move(sink.text);
  }

  std::vector<RemoteFile> list_tree() {
    pg::PollCheckpoint checkpoint;
    const std::string api = base_ + "/api/models/" + address_.repository;
    commit_ = pg::check(core::hub::read_commit(
        get_text(api + "/revision/" + address_.revision, "application/json"), checkpoint));
    std::vector<RemoteFile> files;
    std::string url = api + "/tree/" + commit_ + "?recursive=true";
    for (int page = 0; !url.empty(); ++page) {
      if (page == kMostPages)
        pg::raise({Code::kLimitExceeded, "the hub's listing has too many pages"});
      std::string next;
      auto some =
          pg::check(core::hub::read_tree(get_text(url, "application/json", &next), checkpoint));
      std::ranges::move(some, std::back_inserter(files));
      url = std::move(next);
    }
    return selected(std::move(files));
  }

  // What the address names: everything, a directory, a file, or a shard index with its shards.
  std::vector<RemoteFile> selected(std::vector<RemoteFile> files) {
    const std::string& path = address_.path;
    const auto named = std::ranges::find(files, path, &RemoteFile::path);
    std::vector<std::string> wanted = {path};
    std::string directory = path.empty() ? "" : path + "/";
    if (named != files.end()) {
      directory = path.substr(0, path.rfind('/') + 1);
      if (path.ends_with(kIndexSuffix)) {
        for (std::string& shard : shards_of(*named)) wanted.push_back(directory + shard);
      }
    }
    std::erase_if(files, [&](const RemoteFile& file) {
      return named != files.end() ? std::ranges::find(wanted, file.path) == wanted.end()
                                  : !file.path.starts_with(directory);
    });
    for (RemoteFile& file : files) file.path.erase(0, directory.size());
    return files;
  }

  std::vector<std::string> shards_of(const RemoteFile& index) {
    pg::PollCheckpoint checkpoint;
    const UploadFile file = fetch(index, checkpoint);
    return pg::check(core::format::safetensors::read_shard_index(*file.source, format_limits(),
                                                                 checkpoint))
        .files;
  }

  std::vector<RemoteFile> list_manifest() {
    pg::PollCheckpoint checkpoint;
    const std::string url =
        base_ + "/v2/" + address_.repository + "/manifests/" + address_.revision;
    return pg::check(core::hub::read_manifest(get_text(url, kManifestTypes), checkpoint));
  }

  std::string file_url(const RemoteFile& file) const {
    return is_hub() ? base_ + "/" + address_.repository + "/resolve/" + commit_ + "/" +
                          core::hub::url_path(file.locator)
                    : base_ + "/v2/" + address_.repository + "/blobs/" + file.locator;
  }

  const ModelAddress& address_;
  std::string base_, commit_;
  pg::HttpClient client_;
  std::exception_ptr last_;
  std::shared_ptr<pg::SpoolFile> spool_ = std::make_shared<pg::SpoolFile>();
};

std::uint64_t checked_size(const std::vector<RemoteFile>& files, const std::string& source) {
  if (files.empty()) {
    pg::raise({Code::kNotFound, "the hub lists no files of " + core::quoted(source, 300)});
  }
  const std::uint64_t most = static_cast<std::uint64_t>(pg::settings.max_fetch_size) << 10;
  std::uint64_t bytes = 0;
  for (const RemoteFile& file : files) {
    pg::check(pg::file_below_directory("", file.path));
    if (file.bytes > most - bytes) {
      pg::raise(Status(Code::kLimitExceeded,
                       "the model has more than the limit of " + std::to_string(most) + " bytes")
                    .with_hint("Name one of its files, or raise hartonomous.max_fetch_size."));
    }
    bytes += file.bytes;
  }
  return bytes;
}

}  // namespace

void require_fetch(const std::string& source) {
  static pg::Statement may(
      "SELECT has_function_privilege('hartonomous.fetch_model(text,text,text,text,jsonb)', "
      "'EXECUTE')");
  if (!pg::Spi().query(may).boolean(0, 0)) {
    pg::raise(Status(Code::kNotPermitted, "permission denied to fetch models")
                  .with_hint("It takes EXECUTE on hartonomous.fetch_model."));
  }
  const ModelAddress address = pg::check(core::hub::parse_model_address(source));
  const bool is_hub = address.hub == ModelAddress::Hub::kHuggingFace;
  pg::require_allowed_url(base_url(is_hub ? pg::settings.hub_url : pg::settings.registry_url));
}

std::vector<UploadFile> fetch_upload(const std::string& source, const MakeProgress& make_progress) {
  const ModelAddress address = pg::check(core::hub::parse_model_address(source));
  Fetcher fetcher(address);
  const std::vector<RemoteFile> remote = fetcher.list();
  const auto progress = make_progress("fetch_model", checked_size(remote, source));
  std::vector<UploadFile> files;
  for (const RemoteFile& file : remote) files.push_back(fetcher.fetch(file, *progress));
  return files;
}

}  // namespace hartonomous::store
