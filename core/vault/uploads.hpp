// Uploads: attachments that come in pieces. Each piece is sealed as it comes, so that no more than a piece is
// in memory and nothing is on the disk in clear; it outlives the program, so that a shell goes on where it
// stopped.
//
//   begin_upload ──> add_piece … ──> keep_upload ──> (the record is saved) ──> drop_upload
//
// What is not continued for a day is given up (sweep_uploads), and so is the oldest of too many.
//
// Threading: as the vault's.
#pragma once

#include "vault/attachments.hpp"

namespace gandan::vault {

using UploadId = FixedBytes<16, struct UploadTag>;

constexpr std::size_t kMaxUploads = 16;
constexpr std::int64_t kUploadAge = 24 * 3'600'000;  // ms without a piece

struct Upload {
  UploadId id;
  RecordId record;
  UnitId unit;
  std::string name, media_type;
  std::uint64_t size = 0;      // of the whole file
  std::uint64_t received = 0;  // bytes; a multiple of kBlobChunkBytes until it is whole
  std::string about;           // the app's own, kept as it is
};

// Code::attachment_too_large.
Result<UploadId> begin_upload(Vault& vault, const Upload& wanted);
// Code::upload_gone.
Result<Upload> find_upload(Vault& vault, const UploadId& id);
// The bytes from `offset` on: whole chunks (kBlobChunkBytes), or all that is left. How many have come then.
// Code::wrong_offset with that number as its detail, bad_request for another size.
Result<std::uint64_t> add_piece(Vault& vault, const UploadId& id, std::uint64_t offset, ByteView bytes);
// Puts a whole one's chunks where records' chunks lie; the upload stays. Code::wrong_offset when it is not
// whole.
Result<changelog::BlobRef> keep_upload(Vault& vault, const UploadId& id);
// Takes back what keep_upload did, when the record was not saved.
Status unkeep_upload(Vault& vault, const UploadId& id);
Status drop_upload(Vault& vault, const UploadId& id);  // fine when there is none
Status sweep_uploads(Vault& vault);

}  // namespace gandan::vault
