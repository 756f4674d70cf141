// SHA-256 and the house's rule for hashing: every hash that is ours starts with a domain string and the
// realm, so that bytes made for one purpose, or in one realm, never pass for another (schema/wire/crypto.md).
//
// Threading: functions may be called from any thread; a Sha256 object belongs to one thread at a time.
// Errors: none but std::bad_alloc.
#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>

#include "base/bytes.hpp"
#include "base/ids.hpp"

struct evp_md_ctx_st;

namespace gandan::crypto {

struct DigestContextDeleter {
  void operator()(evp_md_ctx_st* context) const;
};

// SHA-256 in pieces, FIPS 180-4.
class Sha256 {
 public:
  Sha256() = default;
  Sha256(const Sha256& other);  // goes on from the same prefix
  Sha256& operator=(const Sha256& other);

  Sha256& add(ByteView bytes);
  Hash finish();  // the object starts anew afterwards

 private:
  void start();
  std::unique_ptr<evp_md_ctx_st, DigestContextDeleter> context_;  // made by the first add
  bool started_ = false;
};

Hash sha256(std::initializer_list<ByteView> parts);  // of the parts' concatenation
inline Hash sha256(ByteView bytes) { return sha256({bytes}); }

// u8 length of the domain ‖ domain ‖ realm (32 bytes). Precondition: the domain has at most 255 bytes.
Bytes domain_prefix(std::string_view domain, const RealmId& realm);

// SHA-256(domain_prefix ‖ parts). The parts are concatenated: all but one of them must have a length that the
// domain fixes or that the bytes themselves tell.
Hash tagged_hash(std::string_view domain, const RealmId& realm, std::initializer_list<ByteView> parts);

}  // namespace gandan::crypto
