// Bundle: statements, wraps, segments and chunks in one file, carried by hand. Everything in it is authentic
// by itself, so the file needs no signature; who carries it learns nothing. What a bundle brings is
// provisional until the ledger has it, and the device that takes it passes it on at its next sync.
//
//   "gandan-bundle\n" ‖ version ‖ frames of the sync protocol ‖ end frame         schema/wire/bundle.md
//
// Threading: as the vault's.
#pragma once

#include "vault/ingest.hpp"

namespace gandan::sync {

struct ExportOptions {
  bool everything = false;     // also what the server has received; so it is where its ledger is doubted
  std::optional<UnitId> unit;  // segments of this unit and below only
  bool attachments = true;
  bool quarantined = true;  // also what counts nowhere, for an administrator to look at
  // By an administrator: renewals of the devices that he may renew, in `unit` and below where it is given.
  // Who does not know them cannot read such a bundle, so they are asked for.
  bool renewals = false;
  // For these devices alone: of content what any of them may read, and of keys what is for them and for their
  // own units' members. An auditor's has neither. Empty: for whoever gets it, who may carry all of it
  // further.
  std::vector<DeviceId> readers;
};
// What of the devices' own writing went in: roster, keys and forms always do.
struct Exported {
  std::uint64_t segments = 0;
  std::uint64_t records = 0;   // of the segments that open here; all records where everything went in
  std::uint64_t left_out = 0;  // segments that stayed out because the server has them
  bool doubted = false;        // everything, because two ledgers were seen (vault/witness.hpp)
};
Result<Bytes> export_bundle(vault::Vault& vault, const ExportOptions& options, Exported* exported = nullptr);

// What an approved device needs to begin: the realm's card, every statement and the wraps, of `readers` as in
// ExportOptions. With `renewals_in`, and where the realm's policy has a lease, renewals of that unit's
// devices; a welcome has its device's. With one the lease begins.
Result<Bytes> export_enrolment(vault::Vault& vault, const std::optional<UnitId>& renewals_in = std::nullopt,
                               const std::vector<DeviceId>& readers = {});

// The least that makes an approved device a member: a bundle of the card, the statements, and the current
// secrets of the units where it has a role, wrapped for it alone. Code::unknown_device without a role,
// no_key.
Result<Bytes> export_welcome(vault::Vault& vault, const DeviceId& device);

// Takes a bundle; joins its realm when this vault has none. Code::truncated, malformed, wrong_realm: nothing
// is taken then.
// A first bundle makes this vault a member of its realm, for good: `expected` is that realm's fingerprint as
// it was printed or read aloud. Code::wrong_realm when the bundle's is another.
struct ImportReport : vault::IngestReport {
  bool renewed = false;  // a renewal of this device was in it, and new
};
Result<ImportReport> import_bundle(vault::Vault& vault, ByteView bundle,
                                   const std::optional<Hash>& expected = std::nullopt);

}  // namespace gandan::sync
