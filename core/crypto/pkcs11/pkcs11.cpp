#include "crypto/pkcs11/pkcs11.hpp"

#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>

#include <vector>

namespace gandan::crypto {
namespace {

constexpr std::uint8_t kByAes = 1, kByRsa = 2;  // first byte of what was sealed
constexpr std::size_t kIvBytes = 12;
constexpr CK_ULONG kTagBits = 128;

Error failed(const char* what, CK_RV result) {
  switch (result) {
    case CKR_PIN_INCORRECT:
    case CKR_PIN_LEN_RANGE:
    case CKR_PIN_INVALID:
    case CKR_PIN_LOCKED:
    case CKR_PIN_EXPIRED:
      return Error{Code::token_pin, p11_kit_strerror(result)};
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_DEVICE_REMOVED:
    case CKR_SLOT_ID_INVALID:
      return Error{Code::token_missing, p11_kit_strerror(result)};
    default:
      return Error{Code::token_failed, std::string(what) + ": " + p11_kit_strerror(result)};
  }
}

struct FreeUri {
  void operator()(P11KitUri* uri) const { p11_kit_uri_free(uri); }
};
using Uri = std::unique_ptr<P11KitUri, FreeUri>;

Result<Uri> parse(const std::string& text) {
  Uri uri(p11_kit_uri_new());
  if (uri == nullptr) return Code::out_of_memory;
  // A query could name a module to load, or give the PIN away.
  const bool plain = text.size() <= token_uri_max && text.find('?') == std::string::npos;
  if (!plain ||
      p11_kit_uri_parse(text.c_str(), P11_KIT_URI_FOR_OBJECT_ON_TOKEN, uri.get()) != P11_KIT_URI_OK ||
      p11_kit_uri_any_unrecognized(uri.get()) != 0)
    return Error{Code::bad_request, "not a pkcs11: address without a query"};
  return uri;
}

// The modules, initialised: p11-kit counts who uses one, so several of these may live side by side.
class Modules {
 public:
  static Result<std::shared_ptr<Modules>> load(const std::string& path) {
    std::shared_ptr<Modules> out(new Modules);
    if (path.empty()) {
      out->all_ = p11_kit_modules_load_and_initialize(0);
      for (auto** module = out->all_; module != nullptr && *module != nullptr; ++module)
        out->list_.push_back(*module);
      return out;
    }
    CK_FUNCTION_LIST* module = p11_kit_module_load(path.c_str(), 0);
    if (module == nullptr) return Error{Code::token_missing, "the PKCS#11 module does not load"};
    out->one_ = module;
    if (const CK_RV result = p11_kit_module_initialize(module); result != CKR_OK)
      return Error{Code::token_missing, p11_kit_strerror(result)};
    out->list_.push_back(module);
    return out;
  }
  ~Modules() {
    if (all_ != nullptr) p11_kit_modules_finalize_and_release(all_);
    if (one_ == nullptr) return;
    if (!list_.empty()) p11_kit_module_finalize(one_);
    p11_kit_module_release(one_);
  }
  Modules(const Modules&) = delete;
  Modules& operator=(const Modules&) = delete;
  const std::vector<CK_FUNCTION_LIST*>& list() const { return list_; }

 private:
  Modules() = default;
  CK_FUNCTION_LIST** all_ = nullptr;
  CK_FUNCTION_LIST* one_ = nullptr;
  std::vector<CK_FUNCTION_LIST*> list_;
};

struct Place {
  CK_FUNCTION_LIST* module = nullptr;
  CK_SLOT_ID slot = 0;
};

Result<Place> find_token(const Modules& modules, const P11KitUri* uri) {
  for (CK_FUNCTION_LIST* module : modules.list()) {
    CK_ULONG count = 0;
    if (module->C_GetSlotList(CK_TRUE, nullptr, &count) != CKR_OK) continue;
    std::vector<CK_SLOT_ID> slots(count);
    if (module->C_GetSlotList(CK_TRUE, slots.data(), &count) != CKR_OK) continue;
    slots.resize(count);
    for (const CK_SLOT_ID slot : slots) {
      CK_TOKEN_INFO about{};
      if (module->C_GetTokenInfo(slot, &about) == CKR_OK && p11_kit_uri_match_token_info(uri, &about) != 0)
        return Place{module, slot};
    }
  }
  return Code::token_missing;
}

class Session {
 public:
  Session(std::shared_ptr<Modules> modules, CK_FUNCTION_LIST* module, CK_SESSION_HANDLE handle)
      : modules_(std::move(modules)), module_(module), handle_(handle) {}
  ~Session() { module_->C_CloseSession(handle_); }  // with the last one of a token, its holder is logged out
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  CK_FUNCTION_LIST* operator->() const { return module_; }
  CK_SESSION_HANDLE handle() const { return handle_; }

 private:
  std::shared_ptr<Modules> modules_;
  CK_FUNCTION_LIST* module_;
  CK_SESSION_HANDLE handle_;
};

template <class T>
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, T& value) {
  return {type, &value, sizeof value};
}

// The first key of that class and type that the address names; absent: none.
Result<std::optional<CK_OBJECT_HANDLE>> find_key(const Session& session, P11KitUri* uri, CK_OBJECT_CLASS what,
                                                 CK_KEY_TYPE type, const Bytes* id = nullptr) {
  std::vector<CK_ATTRIBUTE> wanted{attribute(CKA_CLASS, what), attribute(CKA_KEY_TYPE, type)};
  Bytes own_id = id != nullptr ? *id : Bytes();
  if (id != nullptr) wanted.push_back({CKA_ID, own_id.data(), static_cast<CK_ULONG>(own_id.size())});
  for (const CK_ATTRIBUTE_TYPE named : {CKA_LABEL, CKA_ID})
    if (const CK_ATTRIBUTE* given = p11_kit_uri_get_attribute(uri, named); given != nullptr && id == nullptr)
      wanted.push_back(*given);
  if (const CK_RV r = session->C_FindObjectsInit(session.handle(), wanted.data(), wanted.size()); r != CKR_OK)
    return failed("find", r);
  CK_OBJECT_HANDLE found = 0;
  CK_ULONG count = 0;
  const CK_RV result = session->C_FindObjects(session.handle(), &found, 1, &count);
  session->C_FindObjectsFinal(session.handle());
  if (result != CKR_OK) return failed("find", result);
  return count == 1 ? std::optional(found) : std::nullopt;
}

Result<Bytes> read_attribute(const Session& session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
  Bytes out(256);
  CK_ATTRIBUTE wanted{type, out.data(), static_cast<CK_ULONG>(out.size())};
  if (const CK_RV r = session->C_GetAttributeValue(session.handle(), object, &wanted, 1); r != CKR_OK)
    return failed("attribute", r);
  if (wanted.ulValueLen > out.size()) return Error{Code::token_failed, "attribute"};
  out.resize(wanted.ulValueLen);
  return out;
}

class TokenSigner final : public Signer {
 public:
  TokenSigner(std::shared_ptr<Session> session, CK_OBJECT_HANDLE key, const SignPublicKey& public_key)
      : session_(std::move(session)), key_(key), public_key_(public_key) {}
  const SignPublicKey& public_key() const override { return public_key_; }
  Result<Signature> sign(ByteView message) const override {
    const Session& session = *session_;
    CK_MECHANISM mechanism{CKM_EDDSA, nullptr, 0};
    if (const CK_RV r = session->C_SignInit(session.handle(), &mechanism, key_); r != CKR_OK)
      return failed("sign", r);
    Bytes copy = to_bytes(message);
    Signature out;
    CK_ULONG size = Signature::size;
    const CK_RV r = session->C_Sign(session.handle(), copy.data(), copy.size(), out.bytes.data(), &size);
    if (r != CKR_OK) return failed("sign", r);
    if (size != Signature::size || !verify(public_key_, message, out))
      return Error{Code::token_key, "the token's signature does not hold"};
    return out;
  }

 private:
  std::shared_ptr<Session> session_;
  CK_OBJECT_HANDLE key_;
  SignPublicKey public_key_;
};

// A mechanism with its parameters, which must lie still.
class Cipher {
 public:
  explicit Cipher(Bytes iv) : iv_(std::move(iv)) {
    gcm_.iv_ptr = iv_.data();
    gcm_.iv_len = iv_.size();
    gcm_.iv_bits = 8 * iv_.size();
    gcm_.tag_bits = kTagBits;
    mechanism_ = {CKM_AES_GCM, &gcm_, sizeof gcm_};
  }
  Cipher() {
    oaep_.hash_alg = CKM_SHA_1;
    oaep_.mgf = CKG_MGF1_SHA1;
    oaep_.source = CKZ_DATA_SPECIFIED;
    mechanism_ = {CKM_RSA_PKCS_OAEP, &oaep_, sizeof oaep_};
  }
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;

  Result<Bytes> encrypt(const Session& session, CK_OBJECT_HANDLE key, ByteView plain) {
    if (const CK_RV r = session->C_EncryptInit(session.handle(), &mechanism_, key); r != CKR_OK)
      return failed("encrypt", r);
    SecretBytes in(plain);
    Bytes out(token_sealed_max);
    CK_ULONG size = out.size();
    const CK_RV r = session->C_Encrypt(session.handle(), in.data().data(), in.size(), out.data(), &size);
    if (r != CKR_OK) return failed("encrypt", r);
    out.resize(size);
    return out;
  }
  Result<SecretBytes> decrypt(const Session& session, CK_OBJECT_HANDLE key, ByteView sealed) {
    if (const CK_RV r = session->C_DecryptInit(session.handle(), &mechanism_, key); r != CKR_OK)
      return failed("decrypt", r);
    Bytes in = to_bytes(sealed);
    SecretBytes out(token_sealed_max);
    CK_ULONG size = out.size();
    const CK_RV r = session->C_Decrypt(session.handle(), in.data(), in.size(), out.data().data(), &size);
    // Another key's, or changed: tokens name that in several ways.
    if (r != CKR_OK) return Error{Code::token_key, p11_kit_strerror(r)};
    return SecretBytes(out.view().first(size));
  }

 private:
  Bytes iv_;
  CK_GCM_PARAMS gcm_{};
  CK_RSA_PKCS_OAEP_PARAMS oaep_{};
  CK_MECHANISM mechanism_{};
};

class Pkcs11Token final : public Token {
 public:
  Pkcs11Token(std::shared_ptr<Session> session, Uri uri)
      : session_(std::move(session)), uri_(std::move(uri)) {}

  Result<Bytes> seal(ByteView secret, Random& random) override {
    GANDAN_TRY(const auto aes, find_key(*session_, uri_.get(), CKO_SECRET_KEY, CKK_AES));
    if (aes) {
      Bytes out{kByAes}, iv(kIvBytes);
      random.fill(iv);
      append(out, iv);
      GANDAN_TRY(const auto sealed, Cipher(iv).encrypt(*session_, *aes, secret));
      append(out, sealed);
      return out;
    }
    GANDAN_TRY(const auto rsa, find_key(*session_, uri_.get(), CKO_PUBLIC_KEY, CKK_RSA));
    if (!rsa) return Error{Code::token_key, "neither an AES nor an RSA key of that name"};
    Bytes out{kByRsa};
    GANDAN_TRY(const auto sealed, Cipher().encrypt(*session_, *rsa, secret));
    append(out, sealed);
    return out;
  }

  Result<SecretBytes> open(ByteView sealed) override {
    if (sealed.size() > 1 + kIvBytes && sealed[0] == kByAes) {
      GANDAN_TRY(const auto key, find_key(*session_, uri_.get(), CKO_SECRET_KEY, CKK_AES));
      if (!key) return Error{Code::token_key, "no AES key of that name"};
      const ByteView iv = sealed.subspan(1, kIvBytes);
      return Cipher(to_bytes(iv)).decrypt(*session_, *key, sealed.subspan(1 + kIvBytes));
    }
    if (sealed.size() > 1 && sealed[0] == kByRsa) {
      GANDAN_TRY(const auto key, find_key(*session_, uri_.get(), CKO_PRIVATE_KEY, CKK_RSA));
      if (!key) return Error{Code::token_key, "no RSA key of that name"};
      return Cipher().decrypt(*session_, *key, sealed.subspan(1));
    }
    return Error{Code::token_key, "sealed in a way that is not known here"};
  }

  Result<std::unique_ptr<Signer>> signer() override {
    GANDAN_TRY(const auto key, find_key(*session_, uri_.get(), CKO_PRIVATE_KEY, CKK_EC_EDWARDS));
    if (!key) return Error{Code::token_key, "no Ed25519 key of that name"};
    GANDAN_TRY(const auto id, read_attribute(*session_, *key, CKA_ID));
    GANDAN_TRY(const auto shown, find_key(*session_, uri_.get(), CKO_PUBLIC_KEY, CKK_EC_EDWARDS, &id));
    if (!shown) return Error{Code::token_key, "the key's public half is not on the token"};
    GANDAN_TRY(auto point, read_attribute(*session_, *shown, CKA_EC_POINT));
    // PKCS#11 3.0 has the 32 bytes bare, most tokens have them in a DER octet string.
    if (point.size() == 2 + SignPublicKey::size && point[0] == 0x04 && point[1] == SignPublicKey::size)
      point.erase(point.begin(), point.begin() + 2);
    if (point.size() != SignPublicKey::size) return Error{Code::token_key, "not an Ed25519 key"};
    auto out = std::make_unique<TokenSigner>(session_, *key, SignPublicKey::from(point));
    // Found out now rather than when a statement waits for it.
    GANDAN_TRY([[maybe_unused]] const auto proof, out->sign(as_bytes("gandan/token-check/v1")));
    return std::unique_ptr<Signer>(std::move(out));
  }

 private:
  std::shared_ptr<Session> session_;
  Uri uri_;
};

class Pkcs11Tokens final : public Tokens {
 public:
  explicit Pkcs11Tokens(std::string path) : path_(std::move(path)) {}
  Result<std::unique_ptr<Token>> open(const std::string& uri_text, std::string_view pin) const override {
    GANDAN_TRY(auto uri, parse(uri_text));
    GANDAN_TRY(auto modules, Modules::load(path_));
    GANDAN_TRY(const Place place, find_token(*modules, uri.get()));
    CK_SESSION_HANDLE handle = 0;
    const CK_RV opened =
        place.module->C_OpenSession(place.slot, CKF_SERIAL_SESSION, nullptr, nullptr, &handle);
    if (opened != CKR_OK) return failed("session", opened);
    auto session = std::make_shared<Session>(std::move(modules), place.module, handle);
    SecretBytes typed(as_bytes(pin));
    const auto log_in = [&] {
      return place.module->C_Login(handle, CKU_USER, typed.data().data(), typed.size());
    };
    CK_RV in = log_in();
    // A login is the process's and not the session's, and looks at no PIN while there is one: it is made
    // anew.
    if (in == CKR_USER_ALREADY_LOGGED_IN) {
      (void)place.module->C_Logout(handle);
      in = log_in();
    }
    if (in != CKR_OK) return failed("login", in);
    return std::unique_ptr<Token>(new Pkcs11Token(std::move(session), std::move(uri)));
  }

 private:
  std::string path_;
};

}  // namespace

std::unique_ptr<Tokens> pkcs11_tokens(std::string module_path) {
  return std::make_unique<Pkcs11Tokens>(std::move(module_path));
}

}  // namespace gandan::crypto
