// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/open_network.hpp"

#include <algorithm>

#include "pg/identity.hpp"
#include "pg/settings.hpp"

namespace hartonomous::serve {

namespace {

constexpr std::size_t kMostOpen = 4;

std::vector<std::byte> read_tensor(const store::StoredTensor& tensor,
                                   std::span<const store::BlockPlace> blocks) {
  if (tensor.byte_length > static_cast<std::uint64_t>(pg::settings.session_memory) << 10) {
    pg::raise(
        core::Status(core::Code::kOutOfMemory, "the network does not fit into a session's memory")
            .with_detail("It has " + std::to_string(tensor.byte_length >> 20) + " MiB.")
            .with_hint("Raise hartonomous.cache_size or hartonomous.session_memory."));
  }
  std::vector<std::byte> bytes(tensor.byte_length);
  pg::PollCheckpoint checkpoint;
  store::stream(blocks, store::Verify::kYes, checkpoint,
                [&](std::uint64_t offset, core::Bytes part) {
                  std::ranges::copy(part, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
                });
  return bytes;
}

}  // namespace

OpenNetwork::Image OpenNetwork::open_image(const store::StoredTensor& tensor) {
  const store::NamedTensor named{
      "",
      "",
      {tensor.tensor_id, core::tensor::DType::kU8, {tensor.byte_length}, tensor.byte_length},
      tensor.hash};
  const CacheKey key(named);
  if (auto cached = open_cached(key)) {
    if (!cached->is_noted()) keep_cached(tensor.hash, *cached);
    return {std::move(cached), {}};
  }
  const pg::OwnerRights rights;
  const auto blocks = store::blocks_of_tensor(tensor.tensor_id);
  pg::PollCheckpoint checkpoint;
  if (auto made = make_cached(key, blocks, checkpoint)) return {std::move(made), {}};
  return {nullptr, read_tensor(tensor, blocks)};
}

OpenNetwork::OpenNetwork(const store::NetworkKey& key) : graph_image_(open_image(key.graph)) {
  graph_ = pg::check(core::network::open_graph(graph_image_.bytes()));
  if (!key.landmarks) return;
  landmark_image_ = open_image(*key.landmarks);
  landmarks_ = pg::check(core::network::open_landmarks(landmark_image_.bytes(), graph_.nodes()));
}

std::shared_ptr<OpenNetwork> open_network(std::string_view name) {
  struct Entry {
    store::ContentHash graph;
    std::optional<store::ContentHash> landmarks;
    std::shared_ptr<OpenNetwork> network;
  };
  static std::vector<Entry> open;  // the last used comes first
  const store::NetworkKey key = store::find_network(name);
  std::optional<store::ContentHash> landmarks;
  if (key.landmarks) landmarks = key.landmarks->hash;
  auto found = std::ranges::find_if(open, [&](const Entry& entry) {
    return entry.graph == key.graph.hash && entry.landmarks == landmarks;
  });
  if (found == open.end()) {
    auto fresh = std::make_shared<OpenNetwork>(key);
    if (open.size() == kMostOpen) open.pop_back();
    found = open.insert(open.end(), {key.graph.hash, landmarks, std::move(fresh)});
  }
  std::rotate(open.begin(), found, found + 1);
  return open.front().network;
}

}  // namespace hartonomous::serve
