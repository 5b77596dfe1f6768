// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/metadata_image.hpp"

namespace hartonomous::core::format {

namespace {

constexpr std::uint64_t kMostElements = 4096;
constexpr std::uint32_t kMostEntries = 1 << 20;

bool is_kept(const MetadataValue& value) {
  const auto* array = std::get_if<MetadataArray>(&value);
  return array == nullptr || (size_of(array->element_type()) > 0 && array->size() <= kMostElements);
}

template <class T>
void append(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// The elements as assign_fixed() wants them. REQUIRES: a type of fixed size.
std::string elements_of(const MetadataArray& array) {
  std::string bytes;
  const std::size_t size = size_of(array.element_type());
  for (std::uint64_t i = 0; i < array.size(); ++i) {
    if (const auto real = array.as_double(i)) {
      size == sizeof(float) ? append(bytes, static_cast<float>(*real)) : append(bytes, *real);
    } else if (const auto truth = array.as_bool(i)) {
      append(bytes, static_cast<std::uint8_t>(*truth));
    } else {  // an integer: its lowest bytes
      const auto natural = array.as_uint64(i);
      const std::uint64_t number =
          natural ? *natural : static_cast<std::uint64_t>(array.as_int64(i).value_or(0));
      bytes.append(reinterpret_cast<const char*>(&number), size);
    }
  }
  return bytes;
}

struct ValueWriter {
  ImageWriter& image;
  template <class T>
  void operator()(const T& value) const {
    image.value(value);
  }
  void operator()(const std::string& text) const { image.text(text); }
  void operator()(const MetadataArray& array) const {
    image.choice(array.element_type(), ElementType::kF64);
    image.value(array.size());
    image.text(elements_of(array));
  }
};

template <class T>
MetadataValue read_plain(ImageReader& image) {
  T value{};
  image.value(value);
  return value;
}

MetadataValue read_array(ImageReader& image) {
  ElementType type = ElementType::kU8;
  std::uint64_t count = 0;
  std::string bytes;
  image.choice(type, ElementType::kF64);
  image.value(count);
  image.text(bytes);
  MetadataArray array(type);
  if (count > kMostElements || bytes.size() != count * size_of(type)) {
    image.fail();
  } else {
    array.assign_fixed(count, std::move(bytes));
  }
  return array;
}

// `kind` is the place of the type in MetadataValue.
MetadataValue read_value(ImageReader& image, std::uint8_t kind) {
  switch (kind) {
    case 0:
      return read_plain<std::uint64_t>(image);
    case 1:
      return read_plain<std::int64_t>(image);
    case 2:
      return read_plain<float>(image);
    case 3:
      return read_plain<double>(image);
    case 4:
      return read_plain<bool>(image);
    case 5: {
      std::string text;
      image.text(text);
      return text;
    }
    case 6:
      return read_array(image);
    default:
      image.fail();
      return false;
  }
}

}  // namespace

void write_image(const Metadata& metadata, ImageWriter& image) {
  std::uint32_t count = 0;
  for (const MetadataEntry& entry : metadata.entries()) count += is_kept(entry.value);
  image.value(count);
  for (const MetadataEntry& entry : metadata.entries()) {
    if (!is_kept(entry.value)) continue;
    image.text(entry.key);
    image.value(static_cast<std::uint8_t>(entry.value.index()));
    std::visit(ValueWriter{image}, entry.value);
  }
}

Metadata read_metadata(ImageReader& image) {
  Metadata metadata;
  std::uint32_t count = 0;
  image.value(count);
  if (count > kMostEntries) image.fail();
  for (std::uint32_t i = 0; i < count && image.is_intact(); ++i) {
    std::string key;
    std::uint8_t kind = 0;
    image.text(key);
    image.value(kind);
    MetadataValue value = read_value(image, kind);
    if (image.is_intact()) metadata.append(std::move(key), std::move(value));
  }
  return metadata;
}

}  // namespace hartonomous::core::format
