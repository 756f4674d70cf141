// The one way to binary: cereal with two archives of our own.
//
//   CanonicalWriter   one value, one byte string
//   BoundedReader     never allocates more than the input that remains can justify, and accepts
//                     canonical bytes only
//
// A type takes part by a member `template <class A> void serialize(A& a) { a(x, y, z); }` and is
// encoded field after field, without names, tags or padding:
//
//   bool                 one byte, 0 or 1
//   unsigned integers    LEB128 varint, shortest form
//   signed integers      zigzag, then varint
//   enum                 its underlying unsigned value
//   FixedBytes<N>        N bytes
//   Bytes, std::string   varint length, bytes
//   vector<T>            varint count, elements
//   map<K, V>            varint count, pairs in strictly increasing order of key
//   optional<T>          bool, then the value if true
//
// Which types have decoders, and where: one `wire.cpp` per folder instantiates these templates, so that
// cereal is compiled there only. Byte by byte: schema/wire/encoding.md.
//
// Threading: plain functions. Errors: reading throws DecodeError inside, which `decode` turns into
// an Error; it never leaves this header.
#pragma once

#include <cereal/cereal.hpp>
#include <map>
#include <type_traits>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"

namespace gandan {

struct DecodeError {
  Code code;
};

class CanonicalWriter : public cereal::OutputArchive<CanonicalWriter, cereal::AllowEmptyClassElision> {
 public:
  explicit CanonicalWriter(Bytes& out) : OutputArchive(this), out_(out) {}
  void raw(ByteView bytes) { append(out_, bytes); }
  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<std::uint8_t>(value | 0x80));
      value >>= 7;
    }
    out_.push_back(static_cast<std::uint8_t>(value));
  }

 private:
  Bytes& out_;
};

class BoundedReader : public cereal::InputArchive<BoundedReader, cereal::AllowEmptyClassElision> {
 public:
  explicit BoundedReader(ByteView in) : InputArchive(this), in_(in) {}
  std::size_t remaining() const { return in_.size(); }
  ByteView raw(std::size_t size) {
    if (size > in_.size()) throw DecodeError{Code::truncated};
    auto out = in_.first(size);
    in_ = in_.subspan(size);
    return out;
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const std::uint8_t byte = raw(1)[0];
      if (shift == 63 && byte > 1) throw DecodeError{Code::malformed};
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) {
        if (byte == 0 && shift != 0) throw DecodeError{Code::not_canonical};
        return value;
      }
    }
  }
  // A count of elements that take at least `element_size` bytes each.
  std::size_t count(std::size_t element_size) {
    const std::uint64_t n = varint();
    if (n > in_.size() / element_size) throw DecodeError{Code::truncated};
    return static_cast<std::size_t>(n);
  }

 private:
  ByteView in_;
};

// The least number of bytes that a T takes: bounds what a hostile count can reserve.
// A struct that appears in vectors declares `static constexpr std::size_t wire_min`.
template <class T, class = void>
struct WireMin {
  static constexpr std::size_t value = 1;
};
template <std::size_t N, class Tag>
struct WireMin<FixedBytes<N, Tag>> {
  static constexpr std::size_t value = N;
};
template <class T>
struct WireMin<T, std::void_t<decltype(T::wire_min)>> {
  static constexpr std::size_t value = T::wire_min;
};

inline std::uint64_t zigzag(std::int64_t v) {
  return (static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63);
}
inline std::int64_t unzigzag(std::uint64_t v) {
  return static_cast<std::int64_t>(v >> 1) ^ -static_cast<std::int64_t>(v & 1);
}

// --- arithmetic, and what rests on it
template <class T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
void CEREAL_SAVE_FUNCTION_NAME(CanonicalWriter& a, const T& v) {
  static_assert(std::is_integral_v<T>, "no floating point in any format");
  if constexpr (std::is_same_v<T, bool>) {
    a.varint(v ? 1 : 0);
  } else if constexpr (std::is_signed_v<T>) {
    a.varint(zigzag(v));
  } else {
    a.varint(v);
  }
}
template <class T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
void CEREAL_LOAD_FUNCTION_NAME(BoundedReader& a, T& v) {
  static_assert(std::is_integral_v<T>, "no floating point in any format");
  const std::uint64_t n = a.varint();
  if constexpr (std::is_same_v<T, bool>) {
    if (n > 1) throw DecodeError{Code::malformed};
    v = n == 1;
  } else if constexpr (std::is_signed_v<T>) {
    const std::int64_t s = unzigzag(n);
    v = static_cast<T>(s);
    if (v != s) throw DecodeError{Code::malformed};
  } else {
    v = static_cast<T>(n);
    if (v != n) throw DecodeError{Code::malformed};
  }
}
// An enum goes through cereal's own save_minimal and load_minimal for enums: as its underlying type. The
// type's own decoder checks which values it knows.

// --- byte strings
template <std::size_t N, class Tag>
void CEREAL_SAVE_FUNCTION_NAME(CanonicalWriter& a, const FixedBytes<N, Tag>& v) {
  a.raw(v.view());
}
template <std::size_t N, class Tag>
void CEREAL_LOAD_FUNCTION_NAME(BoundedReader& a, FixedBytes<N, Tag>& v) {
  v = FixedBytes<N, Tag>::from(a.raw(N));
}
inline void CEREAL_SAVE_FUNCTION_NAME(CanonicalWriter& a, const std::string& v) {
  a.varint(v.size());
  a.raw(as_bytes(v));
}
inline void CEREAL_LOAD_FUNCTION_NAME(BoundedReader& a, std::string& v) {
  v = std::string(as_text(a.raw(a.count(1))));
}

// --- containers
template <class T>
void CEREAL_SAVE_FUNCTION_NAME(CanonicalWriter& a, const std::vector<T>& v) {
  a.varint(v.size());
  if constexpr (std::is_same_v<T, std::uint8_t>) {
    a.raw(v);
  } else {
    for (const auto& element : v) a(element);
  }
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(BoundedReader& a, std::vector<T>& v) {
  const std::size_t n = a.count(WireMin<T>::value);
  v.clear();
  if constexpr (std::is_same_v<T, std::uint8_t>) {
    v = to_bytes(a.raw(n));
  } else {
    v.reserve(n);
    for (std::size_t i = 0; i < n; ++i) a(v.emplace_back());
  }
}
template <class K, class V>
void CEREAL_SAVE_FUNCTION_NAME(CanonicalWriter& a, const std::map<K, V>& v) {
  a.varint(v.size());
  for (const auto& [key, value] : v) a(key, value);
}
template <class K, class V>
void CEREAL_LOAD_FUNCTION_NAME(BoundedReader& a, std::map<K, V>& v) {
  const std::size_t n = a.count(WireMin<K>::value + WireMin<V>::value);
  v.clear();
  for (std::size_t i = 0; i < n; ++i) {
    K key{};
    a(key);
    if (!v.empty() && !(v.rbegin()->first < key)) throw DecodeError{Code::not_canonical};
    a(v.emplace_hint(v.end(), std::move(key), V{})->second);
  }
}
template <class T>
void CEREAL_SAVE_FUNCTION_NAME(CanonicalWriter& a, const std::optional<T>& v) {
  a(v.has_value());
  if (v) a(*v);
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(BoundedReader& a, std::optional<T>& v) {
  bool present = false;
  a(present);
  v.reset();
  if (present) a(v.emplace());
}

template <class T>
Bytes encode(const T& value) {
  Bytes out;
  CanonicalWriter writer(out);
  writer(value);
  return out;
}

// Reads one T that fills `in` exactly.
template <class T>
Result<T> decode(ByteView in) {
  try {
    BoundedReader reader(in);
    T value{};
    reader(value);
    if (reader.remaining() != 0) return Error{Code::malformed, "trailing bytes"};
    return value;
  } catch (const DecodeError& error) {
    return Error{error.code};
  }
}

}  // namespace gandan

CEREAL_SETUP_ARCHIVE_TRAITS(gandan::BoundedReader, gandan::CanonicalWriter)
