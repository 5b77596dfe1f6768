// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/base/ip_address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace hartonomous::core {

namespace {

struct Network {
  std::array<std::uint8_t, 16> prefix;
  unsigned bits;
};

constexpr std::array kSetAside4 = {
    Network{{0}, 8},              // this network
    Network{{10}, 8},             // private
    Network{{100, 64}, 10},       // shared (carrier-grade NAT)
    Network{{127}, 8},            // loopback
    Network{{169, 254}, 16},      // link-local
    Network{{172, 16}, 12},       // private
    Network{{192, 0, 0}, 24},     // protocol assignments
    Network{{192, 0, 2}, 24},     // documentation
    Network{{192, 31, 196}, 24},  // AS112
    Network{{192, 52, 193}, 24},  // AMT
    Network{{192, 88, 99}, 24},   // 6to4 relays
    Network{{192, 168}, 16},      // private
    Network{{192, 175, 48}, 24},  // AS112
    Network{{198, 18}, 15},       // benchmarks
    Network{{198, 51, 100}, 24},  // documentation
    Network{{203, 0, 113}, 24},   // documentation
    Network{{224}, 4},            // multicast
    Network{{240}, 4},            // reserved, broadcast
};

// The public part of IPv6 is 2000::/3; these are set aside in it.
constexpr Network kGlobal6{{0x20}, 3};
constexpr std::array kSetAside6 = {
    Network{{0x20, 0x01, 0x00}, 23},                    // protocol assignments, Teredo among them
    Network{{0x20, 0x01, 0x0d, 0xb8}, 32},              // documentation
    Network{{0x20, 0x02}, 16},                          // 6to4
    Network{{0x26, 0x20, 0x00, 0x4f, 0x80, 0x00}, 48},  // AS112
    Network{{0x3f, 0xff}, 20},                          // documentation
};

bool is_in(Bytes address, const Network& network) noexcept {
  unsigned left = network.bits;
  for (std::size_t i = 0; left > 0; ++i) {
    const unsigned bits = std::min(left, 8u);
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - bits));
    if ((static_cast<std::uint8_t>(address[i]) & mask) != (network.prefix[i] & mask)) return false;
    left -= bits;
  }
  return true;
}

}  // namespace

bool is_public_address(Bytes address) noexcept {
  const auto holds = [&](const Network& network) { return is_in(address, network); };
  if (address.size() == 4) return std::ranges::none_of(kSetAside4, holds);
  return address.size() == 16 && holds(kGlobal6) && std::ranges::none_of(kSetAside6, holds);
}

bool is_loopback_address(Bytes address) noexcept {
  return address.size() == 4 && address[0] == std::byte{127};
}

}  // namespace hartonomous::core
