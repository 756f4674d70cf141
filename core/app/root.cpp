// Methods root.keeper, root.recovery, root.replace, root.recover_start, root.recover_sign,
// root.recover_finish: the realm's root key, and what happens when it is lost or stolen.
//
//   beforehand   each keeper      root.keeper ──> a recovery key in a file, its public half as text
//                administrators   root.recovery, with the public halves and how many of them it takes
//   afterwards   who is trusted   root.recover_start ──> a new root key in a file, a request as text
//                each keeper      root.recover_sign ──> a signature as text; the code is compared by voice
//                who is trusted   root.recover_finish, with the signatures
#include <algorithm>
#include <cstdio>

#include "app/acts.hpp"
#include "app/carried.hpp"
#include "app/dispatch.hpp"
#include "app/files.hpp"
#include "app/root_keys.hpp"
#include "base/codec.hpp"
#include "vault/acts.hpp"

namespace gandan::app {
namespace {

constexpr std::string_view kRecoveryHeader = "gandan-root-recovery v1";
constexpr std::string_view kSignatureHeader = "gandan-root-signature v1";

// What the keepers of recovery keys are asked to sign.
struct RecoveryRequest {
  RealmId realm;
  Hash keys;
  SignPublicKey old_root, new_root;

  template <class A>
  void serialize(A& a) {
    a(realm, keys, old_root, new_root);
  }
  Bytes message() const { return roster::recovery_message(realm, keys, old_root, new_root); }
};

std::string request_text(RecoveryRequest request) {
  Bytes out;
  CanonicalWriter writer(out);
  request.serialize(writer);
  return carried_text(kRecoveryHeader, out);
}

template <class T>
Result<T> read_whole(ByteView bytes) {
  try {
    BoundedReader reader(bytes);
    T out;
    out.serialize(reader);
    if (reader.remaining() != 0) return Code::malformed;
    return out;
  } catch (const DecodeError& error) {
    return Error{error.code};
  }
}

Result<RecoveryRequest> read_recovery(std::string_view text) {
  GANDAN_TRY(const Bytes bytes, read_carried(kRecoveryHeader, text));
  return read_whole<RecoveryRequest>(bytes);
}

struct KeeperSignature {
  SignPublicKey key;
  Signature signature;

  template <class A>
  void serialize(A& a) {
    a(key, signature);
  }
};

SignPublicKey key_of(Params& p, const char* name, const std::string& text) {
  const auto bytes = from_hex(text);
  if (bytes && bytes->size() == SignPublicKey::size) return SignPublicKey::from(*bytes);
  p.fault(name, "type",
          "Phải là 64 chữ số thập lục phân, như người giữ khoá nhận được khi lập khoá (root.keeper).",
          "Must be 64 hexadecimal digits, as root.keeper answers them.");
  return {};
}

}  // namespace

Result<json::value> root_keeper(Session& s, Params& p) {
  const std::string file = p.path("file");
  const std::string passphrase = new_passphrase(p, "passphrase");
  GANDAN_CHECK(p.done());
  ReservedFile place(file);
  GANDAN_CHECK(place.reserve());
  const auto key = crypto::SigningKey::generate(*s.seams.random);
  GANDAN_TRY(const Bytes sealed, seal_key(s, key, passphrase, kRecoveryKeyPurpose));
  GANDAN_CHECK(place.fill(sealed));
  return json::value(json::object{{"key", to_hex(key.public_key().view())}, {"file", file}});
}

Result<json::value> root_recovery(Session& s, Params& p) {
  const auto needed = p.integer_or("needed", 0, 1, static_cast<std::int64_t>(roster::kMaxRecoveryKeys));
  if (!p.has("needed")) p.fault("needed", "required", "Còn thiếu.", "Is missing.");
  const auto texts = p.texts("keys", roster::kMaxRecoveryKeys);
  std::set<SignPublicKey> keys;
  for (const auto& text : texts)
    if (!text.empty()) keys.insert(key_of(p, "keys", text));
  if (keys.size() != texts.size())
    p.fault("keys", "duplicate", "Một khoá đưa hai lần.", "A key is given twice.");
  if (p.has("needed") && needed < 2)
    p.fault("needed", "too_few", "Cần ít nhất 2, không thì một người giữ là đủ chiếm khoá gốc.",
            "Two at least, or one keeper alone could take the root.");
  if (static_cast<std::size_t>(needed) > keys.size())
    p.fault("needed", "too_many", "Nhiều hơn số khoá.", "Is more than there are keys.");
  GANDAN_TRY(const auto root, root_given(s, p));
  GANDAN_CHECK(p.done());
  roster::RecoveryAct act{static_cast<std::uint8_t>(needed), {keys.begin(), keys.end()}};
  GANDAN_TRY(auto row, propose_act(s, act, root.signer()));
  return json::value(std::move(row));
}

Result<json::value> root_replace(Session& s, Params& p) {
  const std::string file = p.path("file");
  const std::string passphrase = new_passphrase(p, "passphrase");
  GANDAN_TRY(const auto root, root_given(s, p));
  GANDAN_CHECK(p.done());
  ReservedFile place(file);
  GANDAN_CHECK(place.reserve());
  const auto key = crypto::SigningKey::generate(*s.seams.random);
  GANDAN_TRY(const Bytes sealed, seal_key(s, key, passphrase, kRootKeyPurpose));
  GANDAN_CHECK(place.fill(sealed));  // before it can be in effect
  auto row = propose_act(s, roster::RootKeyAct{key.public_key()}, root.signer());
  if (!row.ok()) {
    std::remove(file.c_str());
    return row.error();
  }
  (*row)["file"] = file;
  return json::value(std::move(*row));
}

Result<json::value> root_recover_start(Session& s, Params& p) {
  const std::string file = p.path("file");
  const std::string passphrase = new_passphrase(p, "passphrase");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  if (roster->recovery() == nullptr) return Code::no_recovery;
  ReservedFile place(file);
  GANDAN_CHECK(place.reserve());
  const auto key = crypto::SigningKey::generate(*s.seams.random);
  const RecoveryRequest request{roster->realm(), roster->recovery_name(), roster->root_key(),
                                key.public_key()};
  GANDAN_TRY(const std::string code, spoken_code(request.message()));
  GANDAN_TRY(const Bytes sealed, seal_key(s, key, passphrase, kRootKeyPurpose));
  GANDAN_CHECK(place.fill(sealed));
  return json::value(json::object{{"request", request_text(request)},
                                  {"code", code},
                                  {"needed", json::integer(roster->recovery()->needed)},
                                  {"file", file}});
}

Result<json::value> root_recover_sign(Session&, Params& p) {
  const std::string text = p.text("request");
  const std::string file = p.path("file");
  const std::string passphrase = p.text("passphrase");
  const std::string typed = p.text("code");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto request, read_recovery(text));
  GANDAN_TRY(const std::string code, spoken_code(request.message()));
  if (!same_code(code, typed)) return Code::other_code;
  GANDAN_TRY(const auto key, open_key_file(file, passphrase, kRecoveryKeyPurpose));
  KeeperSignature signature{key.public_key(), key.sign(request.message())};
  Bytes out;
  CanonicalWriter writer(out);
  signature.serialize(writer);
  return json::value(json::object{{"key", to_hex(key.public_key().view())},
                                  {"signature", carried_text(kSignatureHeader, out)}});
}

Result<json::value> root_recover_finish(Session& s, Params& p) {
  const auto texts = p.texts("signatures", roster::kMaxRecoveryKeys);
  const std::string file = p.path("file");
  const std::string passphrase = p.text("passphrase");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto key, open_key_file(file, passphrase, kRootKeyPurpose));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  const auto* recovery = roster->recovery();
  if (recovery == nullptr) return Code::no_recovery;
  const RecoveryRequest request{roster->realm(), roster->recovery_name(), roster->root_key(),
                                key.public_key()};
  std::map<std::uint8_t, Signature> signatures;
  for (const auto& text : texts) {
    GANDAN_TRY(const Bytes bytes, read_carried(kSignatureHeader, text));
    GANDAN_TRY(const auto one, read_whole<KeeperSignature>(bytes));
    const auto at = std::find(recovery->keys.begin(), recovery->keys.end(), one.key);
    if (at == recovery->keys.end()) return Error{Code::bad_signature, "not one of the recovery keys"};
    if (!crypto::verify(one.key, request.message(), one.signature))
      return Error{Code::bad_signature, "of another request: " + to_hex(one.key.view())};
    signatures[static_cast<std::uint8_t>(at - recovery->keys.begin())] = one.signature;
  }
  if (signatures.size() < recovery->needed) return Code::too_few_persons;
  roster::RecoverBody body{key.public_key(), roster->recovery_name(), {}};
  for (const auto& [place, signature] : signatures)
    if (body.signatures.size() < recovery->needed) body.signatures.push_back({place, signature});
  const crypto::KeySigner signer(key);
  GANDAN_CHECK(vault::issue(*s.vault, std::move(body), &signer));
  return json::value(json::object{{"root_key", to_hex(key.public_key().view())},
                                  {"threshold", json::integer((*s.vault->roster())->threshold())}});
}

}  // namespace gandan::app
