// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <arpa/inet.h>

#include <array>
#include <string_view>

#include "core/base/ip_address.hpp"

using namespace hartonomous::core;

namespace {

bool is_public(const char* text) {
  std::array<std::byte, 16> bytes{};
  const bool is_6 = std::string_view(text).find(':') != std::string_view::npos;
  REQUIRE(inet_pton(is_6 ? AF_INET6 : AF_INET, text, bytes.data()) == 1);
  return is_public_address(Bytes(bytes).first(is_6 ? 16 : 4));
}

}  // namespace

TEST_CASE("addresses of the public internet") {
  for (const char* text : {"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255",
                           "100.128.0.0", "172.15.255.255", "172.32.0.0", "192.167.1.1",
                           "223.255.255.255", "2606:4700::1111", "2a00:1450::1"}) {
    INFO(text);
    CHECK(is_public(text));
  }
}

TEST_CASE("addresses that are set aside") {
  for (const char* text : {"0.0.0.0",
                           "10.0.0.1",
                           "100.64.0.1",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.255",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.1",
                           "192.168.1.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "224.0.0.1",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:8.8.8.8",
                           "::ffff:127.0.0.1",
                           "::7f00:1",
                           "64:ff9b::7f00:1",
                           "64:ff9b:1::1",
                           "100::1",
                           "2001::1",
                           "2001:db8::1",
                           "2002:7f00:1::",
                           "fc00::1",
                           "fd12::1",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1",
                           "3fff::1"}) {
    INFO(text);
    CHECK_FALSE(is_public(text));
  }
  CHECK_FALSE(is_public_address({}));
}
