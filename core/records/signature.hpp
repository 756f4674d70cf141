// Signatures of people on a record's content hash. Each is a save of its own, in marks that share an item's
// id:
//
//   @sign_<id>        mark: the content hash that is signed
//   @sign_<id>_how    choice: device, drawn, scan
//   @sign_<id>_as     choice: in which capacity, see kCapacities; absent of a scan
//   @sign_<id>_name   text: title or neutral code; may be absent
//   @sign_<id>_file   blob: the drawn signature, or the scan of the signed paper
//   @sign_<id>_key    text: device's Ed25519 signature of signature_message, base64
//
// A signature is what the first save says that made its id: nobody else's op can change or replace it. It
// binds its hash alone; a later version of the record has to be signed anew. Bytes: schema/wire/record.md.
//
// Threading: pure functions; results point into the state and live as long as it, unchanged.
#pragma once

#include "changelog/merge.hpp"
#include "records/type.hpp"

namespace gandan::records {

struct Capacity {
  const char* code;
  Label label;
};
const std::vector<Capacity>& capacities();
const Capacity* find_capacity(std::string_view code);

enum class SignedHow { device, drawn, scan };
const char* to_text(SignedHow how);

struct PersonSignature {
  std::string id;  // ItemId in text form
  const changelog::OpEntry* op = nullptr;
  SignedHow how = SignedHow::device;
  Hash content;
  std::string capacity;
  std::string name;
  std::string file_path;                     // of the blob's mark; empty: none
  const changelog::BlobRef* file = nullptr;  // drawn, scan
  std::optional<Signature> key_signature;    // device
};
// By stamp. Marks that are not a whole signature of their id's maker are left out.
std::vector<PersonSignature> signatures_of(const changelog::RecordState& state);

using SignatureMarks = std::vector<std::pair<std::string, changelog::Value>>;
// The marks of a new one; `signature.id` is fresh, `key_signature` as base64 of its 64 bytes.
SignatureMarks signature_marks(const PersonSignature& signature,
                               const std::optional<changelog::BlobRef>& file);

// What a device signs: domain ‖ realm ‖ record ‖ content hash ‖ holder ‖ capacity ‖ name.
Bytes signature_message(const RealmId& realm, const RecordId& record, const Hash& content,
                        const HolderId& holder, std::string_view capacity, std::string_view name);

}  // namespace gandan::records
