#include "sync/bundle.hpp"

#include <algorithm>
#include <set>

#include "changelog/blob.hpp"
#include "protocol/bundle_file.hpp"
#include "protocol/frames.hpp"
#include "sync/witness.hpp"
#include "vault/attachments.hpp"
#include "vault/lease.hpp"
#include "vault/segments.hpp"
#include "vault/witness.hpp"
#include "vault/wraps.hpp"

namespace gandan::sync {

using protocol::FrameType;

namespace {

constexpr std::size_t kMaxCheckpoints = 16;  // that are looked at

// Who a bundle is for, where it is for somebody: what he may read, and which keys are any good to him.
class Readers {
 public:
  Readers(const roster::Roster& roster, const std::vector<DeviceId>& devices)
      : devices_(devices.begin(), devices.end()) {
    for (const auto& id : devices_) {
      const auto readable = roster.readable_units(id);
      readable_.insert(readable.begin(), readable.end());
      if (const auto* device = roster.device(id))
        for (const auto& grant : device->grants)
          if (!grant.until && readable.count(grant.unit) != 0) member_of_.insert(grant.unit);
    }
  }
  bool read(const UnitId& unit) const { return readable_.count(unit) != 0; }
  // What a server would give him, and all of the units where he has a role himself: in a village without
  // signal there may be no other who brings his colleagues theirs. Not everybody's below him: a removal at a
  // province's top makes 13 MB.
  bool want(const protocol::Wrap& wrap) const {
    if (member_of_.count(wrap.unit) != 0) return true;
    return wrap.kind == protocol::WrapKind::device
               ? devices_.count(DeviceId::from(wrap.recipient.view())) != 0
               : read(UnitId::from(wrap.recipient.view()));
  }

 private:
  std::set<DeviceId> devices_;
  std::set<UnitId> readable_, member_of_;
};

class BundleWriter {
 public:
  BundleWriter(vault::Vault& vault, const std::vector<DeviceId>& readers) : vault_(vault) {
    append(out_, as_bytes(protocol::kBundleMagic));
    out_.push_back(protocol::kBundleVersion);
    if (const auto roster = vault.roster(); roster.ok() && !readers.empty())
      readers_.emplace(**roster, readers);
  }

  Status start() {
    GANDAN_TRY(const auto card, vault_.card());
    append_frame(out_, FrameType::card, roster::encode_card(card));
    return {};
  }

  Status wraps() {
    GANDAN_TRY(auto rows, vault_.db().query("SELECT bytes FROM wrap ORDER BY id"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) return {};
      if (readers_) {
        GANDAN_TRY(const auto wrap, protocol::decode_wrap(rows.blob(0)));
        if (!readers_->want(wrap)) continue;
      }
      append_frame(out_, FrameType::wrap, rows.blob(0));
    }
  }

  Status frames(FrameType type, const char* sql) {
    GANDAN_TRY(auto rows, vault_.db().query(sql));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) return {};
      append_frame(out_, type, rows.blob(0));
    }
  }

  Status segments(const ExportOptions& options) {
    GANDAN_TRY(
        auto rows,
        vault_.db().query(
            "SELECT feed.id, feed.unit, sequence, previous, bytes, root FROM segment "
            "JOIN feed ON feed.number = segment.feed WHERE (ledger_index IS NULL OR ?) AND (? OR state <> ?) "
            "ORDER BY segment.feed, sequence",
            options.everything, options.quarantined, static_cast<int>(vault::SegmentState::quarantined)));
    return runs(options, std::move(rows), false);
  }

  // What lost its place goes with every bundle, until its author has said it again: he may be the next
  // reader.
  Status displaced(const ExportOptions& options) {
    GANDAN_TRY(auto rows,
               vault_.db().query("SELECT feed.id, feed.unit, sequence, previous, bytes, root FROM displaced "
                                 "JOIN feed ON feed.number = displaced.feed WHERE moved_to IS NULL "
                                 "ORDER BY displaced.feed, sequence, hash"));
    return runs(options, std::move(rows), true);
  }

  Status runs(const ExportOptions& options, storage::Statement rows, bool told_apart) {
    GANDAN_TRY(const auto* roster, vault_.roster());
    FeedId feed;
    std::uint64_t expected = 0;
    bool in_run = false;
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) return {};
      if (!goes(*roster, options, UnitId::from(rows.blob(1)))) continue;
      if (protocol::is_bare_in_run(rows.blob(4))) continue;  // its content is not here
      const auto id = FeedId::from(rows.blob(0));
      const auto sequence = static_cast<std::uint64_t>(rows.integer(2));
      // Of displaced ones the next may lie behind another branch: each says what it lies behind.
      if (!in_run || id != feed || sequence != expected || told_apart)
        append_frame(out_, FrameType::run,
                     protocol::encode(protocol::Run{id, sequence, Hash::from(rows.blob(3))}));
      GANDAN_CHECK(root_of(rows.blob(4), Hash::from(rows.blob(5))));
      append_frame(out_, FrameType::segment, rows.blob(4));
      written_.emplace_back(id, sequence);
      in_run = true;
      feed = id;
      expected = sequence + 1;
    }
  }

  Result<Exported> exported(const ExportOptions& options) {
    Exported out;
    out.segments = written_.size();
    if (options.everything) {
      GANDAN_TRY(out.records, in_units(options, "SELECT unit, count(*) FROM record GROUP BY unit"));
      return out;
    }
    std::set<RecordId> records;
    vault::SegmentApplier segments(vault_);
    for (const auto& [id, sequence] : written_) {
      GANDAN_TRY(const auto feed, vault_.feed(id));
      if (!feed) continue;
      const auto opened = segments.read(*feed, sequence);
      if (!opened.ok()) continue;  // another unit's, which this device only carries
      for (const auto& op : opened->ops) records.insert(op.record);
    }
    out.records = records.size();
    GANDAN_TRY(out.left_out, in_units(options,
                                      "SELECT feed.unit, count(*) FROM segment JOIN feed ON feed.number = "
                                      "segment.feed WHERE ledger_index IS NOT NULL GROUP BY feed.unit"));
    return out;
  }

  Status chunks(const ExportOptions& options) {
    GANDAN_TRY(const auto* roster, vault_.roster());
    GANDAN_TRY(auto rows,
               vault_.db().query("SELECT unit, data FROM chunk WHERE state = 0 OR ? ORDER BY length(data)",
                                 options.everything));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) return {};
      const auto unit = UnitId::from(rows.blob(0));
      if (!goes(*roster, options, unit)) continue;
      if (roster->is_schema_chunk(changelog::blob_chunk_name(rows.blob(1)))) continue;  // they go always
      Bytes payload = to_bytes(unit.view());
      append(payload, rows.blob(1));
      append_frame(out_, FrameType::chunk, payload);
    }
  }

  Status wraps_for(const DeviceId& device) {
    GANDAN_TRY(const auto* roster, vault_.roster());
    const auto* info = roster->device(device);
    if (info == nullptr) return Code::unknown_device;
    std::set<UnitId> units;
    bool member = false;
    for (const auto& grant : info->grants) {
      if (grant.until) continue;
      member = true;
      if (grant.role != roster::Role::auditor) units.insert(grant.unit);
    }
    if (!member) return Error{Code::unknown_device, "it has no role"};
    for (const auto& unit : units) {
      GANDAN_TRY(const auto current, vault::current_secret(vault_, unit));
      GANDAN_TRY(const auto wrap,
                 changelog::make_wrap_for_device(roster->realm(), unit, current.epoch, *current.secret,
                                                 device, info->box_key, vault_.random()));
      append_frame(out_, FrameType::wrap, protocol::encode_wrap(wrap));
    }
    return {};
  }

  // The realm's forms, for whoever gets the bundle.
  Status schemas() {
    GANDAN_TRY(const auto* roster, vault_.roster());
    std::set<Hash> names;
    for (const auto* list : {&roster->schemas(), &roster->overtaken_schemas()})
      for (const auto& schema : *list) names.insert(schema.body.chunks.begin(), schema.body.chunks.end());
    for (const auto& name : names) {
      if (!vault::have_chunk(vault_, name)) continue;
      GANDAN_TRY(const Bytes data, vault::chunk_data(vault_, name));
      Bytes payload = to_bytes(roster->root().top.view());
      append(payload, data);
      append_frame(out_, FrameType::chunk, payload);
    }
    return {};
  }

  // What the server told this device of its ledger, for whoever was told something else.
  Status checkpoints() {
    GANDAN_TRY(const auto notes, checkpoints_to_carry(vault_));
    for (const auto& note : notes) append_frame(out_, FrameType::checkpoint, as_bytes(note));
    return {};
  }

  // Signed now, by this device, for those that it may renew.
  Status renewals(const std::optional<UnitId>& within) {
    GANDAN_TRY(const auto* roster, vault_.roster());
    const DeviceId& own = vault_.identity().id;
    if (roster->policy().lease_days == 0) return {};
    for (const auto& [id, device] : roster->devices()) {
      const auto wanted = [&](const roster::GrantInfo& grant) {
        return !grant.until && (!within || roster->within(grant.unit, *within));
      };
      if (std::any_of(device.grants.begin(), device.grants.end(), wanted) &&
          roster::may_renew(*roster, own, id))
        GANDAN_CHECK(renewal(id));
    }
    return {};
  }
  Status renewal(const DeviceId& device) {
    GANDAN_TRY(const auto* roster, vault_.roster());
    roster::Renewal renewal{device, vault_.identity().id, vault_.clock().wall_ms(), {}};
    GANDAN_CHECK(roster::sign_renewal(roster->realm(), renewal, crypto::KeySigner(vault_.identity().sign)));
    append_frame(out_, FrameType::renewal, roster::encode_renewal(renewal));
    return {};
  }

  Bytes finish() {
    append_frame(out_, FrameType::end, {});
    return std::move(out_);
  }

 private:
  // Whether the unit's content goes in.
  bool goes(const roster::Roster& roster, const ExportOptions& options, const UnitId& unit) const {
    return (!options.unit || roster.within(unit, *options.unit)) && (!readers_ || readers_->read(unit));
  }
  // The sum of the counts of rows (unit, count), of the units that are asked for.
  Result<std::uint64_t> in_units(const ExportOptions& options, const char* sql) {
    GANDAN_TRY(const auto* roster, vault_.roster());
    GANDAN_TRY(auto rows, vault_.db().query(sql));
    std::uint64_t out = 0;
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) return out;
      if (goes(*roster, options, UnitId::from(rows.blob(0))))
        out += static_cast<std::uint64_t>(rows.integer(1));
    }
  }
  // The root that a segment names by its size: a claim like in sync, the author's signature decides. Said
  // again only where it differs, for two authors may have been shown two ledgers.
  Status root_of(ByteView segment, const Hash& root) {
    GANDAN_TRY(const auto decoded, protocol::decode_in_run(segment));
    const auto size = decoded.header.checkpoint_size;
    if (size == 0) return {};
    const auto known = roots_.find(size);
    if (known != roots_.end() && known->second == root) return {};
    roots_[size] = root;
    append_frame(out_, FrameType::root, protocol::encode(protocol::RootClaim{size, root}));
    return {};
  }

  vault::Vault& vault_;
  std::optional<Readers> readers_;  // absent: whoever gets it
  Bytes out_;
  std::vector<std::pair<FeedId, std::uint64_t>> written_;  // segments
  std::map<std::uint64_t, Hash> roots_;
};

constexpr const char* kAllStatements =
    "SELECT bytes FROM statement ORDER BY ledger_index IS NULL, ledger_index, position LIMIT -1 OFFSET 1";

// A bundle is read whole before anything of it is taken.
Result<std::vector<protocol::Frame>> read_frames(ByteView bundle) {
  if (bundle.size() <= protocol::kBundleMagic.size() ||
      as_text(bundle.first(protocol::kBundleMagic.size())) != protocol::kBundleMagic)
    return Error{Code::malformed, "not a bundle"};
  if (bundle[protocol::kBundleMagic.size()] != protocol::kBundleVersion) return Code::newer_format;
  protocol::FrameReader reader(protocol::kMaxBundleFrame);
  reader.push(bundle.subspan(protocol::kBundleMagic.size() + 1));
  std::vector<protocol::Frame> frames;
  bool in_run = false;
  for (;;) {
    GANDAN_TRY(auto frame, reader.next());
    if (!frame) return Error{Code::truncated, "the bundle ends too early"};
    if (frame->type == FrameType::end) break;
    if (frame->type == FrameType::run) in_run = true;
    if (frame->type == FrameType::segment && !in_run)
      return Error{Code::malformed, "a segment outside a run"};
    frames.push_back(std::move(*frame));
  }
  if (!reader.empty()) return Error{Code::malformed, "bytes behind the end"};
  if (frames.empty() || frames.front().type != FrameType::card)
    return Error{Code::malformed, "no realm card"};
  return frames;
}

struct RunPosition {
  FeedId feed;
  std::uint64_t sequence = 0;
  Hash previous;
};

Status take(vault::Ingest& ingest, const protocol::Frame& frame, RunPosition& run) {
  switch (frame.type) {
    case FrameType::statement:
      return ingest.statement(frame.payload, std::nullopt);
    case FrameType::wrap:
      return ingest.wrap(frame.payload, vault::WrapState::carried);
    case FrameType::root: {
      GANDAN_TRY(const auto claim, protocol::decode_root_claim(frame.payload));
      return ingest.root(claim.size, claim.root);
    }
    case FrameType::run: {
      GANDAN_TRY(const auto next, protocol::decode_run(frame.payload));
      run = {next.feed, next.first, next.previous.value_or(Hash{})};
      return {};
    }
    case FrameType::segment: {
      GANDAN_TRY(run.previous,
                 ingest.segment(run.feed, run.sequence, run.previous, frame.payload, std::nullopt));
      ++run.sequence;
      return {};
    }
    case FrameType::chunk: {
      if (frame.payload.size() <= UnitId::size) return Code::malformed;
      return ingest.chunk(UnitId::from(frame.payload), ByteView(frame.payload).subspan(UnitId::size), false);
    }
    default:
      return Error{Code::malformed, "a frame that bundles do not have"};
  }
}

// One for this device, unless it is an old one. False: it does not hold.
Result<bool> take_renewal(vault::Vault& vault, ByteView payload, ImportReport& report) {
  const auto renewal = roster::decode_renewal(payload);
  if (!renewal) return false;
  vault::TimeSeen now;
  const auto renewed = vault::renew(vault, now, *renewal);
  report.renewed |= renewed.ok();
  if (renewed || renewed.error().code == Code::renewal_other || renewed.error().code == Code::renewal_old)
    return true;
  const Code code = renewed.error().code;
  if (code == Code::bad_signature || code == Code::unknown_device || code == Code::not_authorized)
    return false;
  return renewed.error();
}

}  // namespace

Result<Bytes> export_bundle(vault::Vault& vault, const ExportOptions& wanted, Exported* exported) {
  GANDAN_TRY(const auto sealed, vault::seal(vault));
  (void)sealed;
  // What a ledger received that others may not be shown is received by nobody: this device's receipts tell
  // which, and not which ledger stands.
  GANDAN_TRY(const bool doubted, vault::ledger_doubted(vault));
  ExportOptions options = wanted;
  options.everything |= doubted;
  BundleWriter writer(vault, options.readers);
  GANDAN_CHECK(writer.start());
  GANDAN_CHECK(writer.frames(FrameType::statement, kAllStatements));
  GANDAN_CHECK(writer.wraps());
  GANDAN_CHECK(writer.checkpoints());
  GANDAN_CHECK(writer.segments(options));
  GANDAN_CHECK(writer.displaced(options));
  GANDAN_CHECK(writer.schemas());
  if (options.attachments) GANDAN_CHECK(writer.chunks(options));
  if (options.renewals) GANDAN_CHECK(writer.renewals(options.unit));
  if (exported != nullptr) {
    GANDAN_TRY(*exported, writer.exported(options));
    exported->doubted = doubted && !wanted.everything;
  }
  return writer.finish();
}

Result<Bytes> export_enrolment(vault::Vault& vault, const std::optional<UnitId>& renewals_in,
                               const std::vector<DeviceId>& readers) {
  BundleWriter writer(vault, readers);
  GANDAN_CHECK(writer.start());
  GANDAN_CHECK(writer.frames(FrameType::statement, kAllStatements));
  GANDAN_CHECK(writer.wraps());
  GANDAN_CHECK(writer.checkpoints());
  GANDAN_CHECK(writer.schemas());
  if (renewals_in) GANDAN_CHECK(writer.renewals(renewals_in));
  return writer.finish();
}

Result<Bytes> export_welcome(vault::Vault& vault, const DeviceId& device) {
  BundleWriter writer(vault, {device});
  GANDAN_CHECK(writer.start());
  GANDAN_CHECK(writer.frames(FrameType::statement, kAllStatements));
  GANDAN_CHECK(writer.wraps_for(device));
  GANDAN_TRY(const auto* roster, vault.roster());
  if (roster->policy().lease_days != 0 && roster::may_renew(*roster, vault.identity().id, device))
    GANDAN_CHECK(writer.renewal(device));
  return writer.finish();
}

Result<ImportReport> import_bundle(vault::Vault& vault, ByteView bundle,
                                   const std::optional<Hash>& expected) {
  GANDAN_TRY(const auto frames, read_frames(bundle));
  GANDAN_TRY(const auto card, roster::decode_card(frames.front().payload));
  if (expected) {
    GANDAN_TRY(const auto roster, roster::Roster::start(card.root));
    if (roster.fingerprint() != *expected)
      return Error{Code::wrong_realm, to_hex(roster.fingerprint().view())};
  }
  GANDAN_TRY(auto ingest, vault::Ingest::begin(vault));
  GANDAN_CHECK(vault.join(card));
  RunPosition run;
  std::vector<Error> refused;
  std::size_t checkpoints = 0;
  ImportReport report;
  for (std::size_t i = 1; i < frames.size(); ++i) {
    if (frames[i].type == FrameType::renewal) {
      GANDAN_TRY(const bool holds, take_renewal(vault, frames[i].payload, report));
      if (!holds) refused.push_back(Error{Code::bad_signature, "a renewal"});
      continue;
    }
    if (frames[i].type != FrameType::checkpoint) {
      GANDAN_CHECK(take(*ingest, frames[i], run));
      continue;
    }
    if (++checkpoints > kMaxCheckpoints) continue;
    GANDAN_TRY(const bool taken, take_checkpoint(vault, as_text(frames[i].payload)));
    if (!taken) refused.push_back(Error{Code::bad_checkpoint, "carried by hand"});
  }
  GANDAN_TRY(static_cast<vault::IngestReport&>(report), ingest->commit());
  report.refused_count += refused.size();
  report.refused.insert(report.refused.end(), refused.begin(), refused.end());
  return report;
}

}  // namespace gandan::sync
