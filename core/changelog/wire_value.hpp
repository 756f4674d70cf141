// Canonical bytes of a value, for the files of this folder that know cereal. Bytes: schema/wire/segment.md.
//
// Threading: pure functions. Errors: reading throws DecodeError.
#pragma once

#include "base/codec.hpp"
#include "changelog/value.hpp"

namespace gandan::changelog {

void write_value(CanonicalWriter& a, const Value& value);  // tag, content
Value read_value(BoundedReader& a);

inline void write_text(CanonicalWriter& a, std::string_view text) {
  a.varint(text.size());
  a.raw(as_bytes(text));
}
inline std::string read_text(BoundedReader& a) { return std::string(as_text(a.raw(a.count(1)))); }

template <class Id>
Id read_id(BoundedReader& a) {
  return Id::from(a.raw(Id::size));
}

}  // namespace gandan::changelog
