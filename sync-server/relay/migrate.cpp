#include "relay/migrate.hpp"

#include "crypto/hash.hpp"
#include "roster/roster.hpp"

namespace gandan::server {
namespace {

constexpr std::size_t kCopyPage = 1024;
constexpr std::size_t kCopyBodyPage = 64;
constexpr std::size_t kCopyBatchBytes = 4u << 20;

class RealmCopy {
 public:
  RealmCopy(Store& from, Store& to, RealmNumber source, RealmNumber target)
      : from_(from), to_(to), source_(source), target_(target) {}

  Status run() {
    GANDAN_TRY(const auto progress, from_.progress(source_));
    GANDAN_CHECK(entries());
    GANDAN_CHECK(tiles(progress.size));
    GANDAN_CHECK(statements());
    GANDAN_CHECK(feeds());
    GANDAN_CHECK(wraps(progress.wraps));
    GANDAN_CHECK(keys());
    GANDAN_CHECK(chunks());
    GANDAN_TRY(batch_.cosignatures, from_.cosignatures(source_));
    // With it the copy is one that a server opens.
    const auto copied = std::exchange(batch_.progress, progress);
    batch_.progress.version = copied.version;
    return commit();
  }

 private:
  Status commit() {
    if (to_.shared()) ++batch_.progress.version;
    GANDAN_CHECK(to_.hold(target_));
    GANDAN_CHECK(to_.commit(target_, batch_));
    batch_ = Batch{batch_.progress, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
    bytes_ = 0;
    return {};
  }
  Status added(std::size_t bytes) {
    bytes_ += bytes + 100;
    return bytes_ < kCopyBatchBytes ? Status() : commit();
  }

  Status entries() {
    for (;;) {
      GANDAN_TRY(auto rows, from_.entries(source_, batch_.progress.size, kCopyPage));
      if (rows.empty()) return {};
      batch_.progress.size += rows.size();
      const std::size_t bytes = rows.size() * ledger::kEntryBytes;
      batch_.entries.insert(batch_.entries.end(), rows.begin(), rows.end());
      GANDAN_CHECK(added(bytes));
    }
  }
  Status tiles(std::uint64_t size) {
    std::uint8_t level = 0;
    for (std::uint64_t full = size / ledger::kTileWidth; full > 0; full /= ledger::kTileWidth, ++level)
      for (std::uint64_t n = 0; n < full; ++n) {
        GANDAN_TRY(auto hashes, from_.tile(source_, level, n));
        batch_.tiles.push_back({level, n, std::move(hashes)});
        GANDAN_CHECK(added(ledger::kTileWidth * Hash::size));
      }
    return {};
  }
  Status statements() {
    for (std::uint64_t next = 0;;) {
      GANDAN_TRY(auto rows, from_.statements(source_, next, kCopyPage));
      if (rows.empty()) return {};
      next = rows.back().index + 1;
      for (auto& row : rows) {
        const std::size_t bytes = row.bytes.size();
        batch_.statements.push_back(std::move(row));
        GANDAN_CHECK(added(bytes));
      }
    }
  }
  Status feeds() {
    GANDAN_TRY(const auto heads, from_.feeds(source_));
    for (const auto& head : heads) {
      for (std::uint64_t next = 0;;) {
        GANDAN_TRY(auto rows, from_.feed_segments(source_, head.feed, next, kCopyBodyPage));
        if (rows.empty()) break;
        next = rows.back().sequence + 1;
        for (auto& row : rows) {
          const std::size_t bytes = row.bytes.size();
          batch_.segments.push_back(std::move(row));
          GANDAN_CHECK(added(bytes));
        }
      }
      batch_.feeds.push_back(head);
    }
    return {};
  }
  Status wraps(std::uint64_t end) {
    GANDAN_TRY(const auto numbers, wrap_numbers(from_, source_, end));
    for (const auto n : numbers) {
      GANDAN_TRY(auto row, from_.wrap(source_, n));
      const std::size_t bytes = row.bytes.size();
      batch_.wraps.push_back(std::move(row));
      GANDAN_CHECK(added(bytes));
    }
    return {};
  }
  Status keys() {
    for (std::uint64_t next = 0;;) {
      GANDAN_TRY(auto rows, from_.key_rows(source_, next, kCopyPage));
      if (rows.empty()) return {};
      next = rows.back().number + 1;
      for (auto& row : rows) {
        const std::size_t bytes = row.bytes.size();
        batch_.keys.push_back(std::move(row));
        GANDAN_CHECK(added(bytes));
      }
    }
  }
  Status chunks() {
    for (std::optional<ChunkPlace> last;;) {
      GANDAN_TRY(const auto places, from_.chunks(source_, last, kCopyPage));
      if (places.empty()) return {};
      for (const auto& place : places) {
        GANDAN_TRY(auto bytes, from_.chunk(source_, place.hash));
        const std::size_t size = bytes.size();
        batch_.chunks.push_back({place.hash, place.unit, std::move(bytes)});
        GANDAN_CHECK(added(size));
      }
      last = places.back();
    }
  }

  Store& from_;
  Store& to_;
  const RealmNumber source_, target_;
  Batch batch_;
  std::size_t bytes_ = 0;
};

bool same_key(const KeyRow& a, const KeyRow& b) {
  return a.number == b.number && a.unit == b.unit && a.record == b.record && a.key == b.key &&
         a.device == b.device && a.bytes == b.bytes;
}

// What verify_store does not recompute.
class RealmComparison {
 public:
  RealmComparison(Store& from, Store& to, const RealmRow& row, RealmNumber target, VerifyReport& report)
      : from_(from), to_(to), row_(row), target_(target), report_(report) {}

  Status run() {
    GANDAN_TRY(const auto mine, from_.progress(row_.number));
    GANDAN_TRY(const auto copied, to_.progress(target_));
    if (mine.size != copied.size || mine.checkpoint != copied.checkpoint ||
        mine.used_bytes != copied.used_bytes || mine.wraps != copied.wraps || mine.keys != copied.keys)
      found("where the realm stands differs");
    GANDAN_TRY(const auto cosigned, from_.cosignatures(row_.number));
    GANDAN_TRY(const auto copies, to_.cosignatures(target_));
    if (!std::equal(cosigned.begin(), cosigned.end(), copies.begin(), copies.end(),
                    [](const CosignatureRow& a, const CosignatureRow& b) {
                      return a.witness == b.witness && a.size == b.size && a.note == b.note;
                    }))
      found("the cosigned checkpoints differ");
    GANDAN_CHECK(keys());
    return chunks();
  }

 private:
  void found(std::string what) {
    if (report_.findings.size() < kMaxFindings)
      report_.findings.push_back({to_hex(row_.id.view().first(4)), Code::store_damaged, std::move(what)});
  }
  Status keys() {
    for (std::uint64_t next = 0;;) {
      GANDAN_TRY(const auto mine, from_.key_rows(row_.number, next, kCopyPage));
      GANDAN_TRY(const auto copied, to_.key_rows(target_, next, kCopyPage));
      if (!std::equal(mine.begin(), mine.end(), copied.begin(), copied.end(), same_key)) {
        found("the key box differs from entry " + std::to_string(next) + " on");
        return {};
      }
      if (mine.empty()) return {};
      next = mine.back().number + 1;
    }
  }
  Status chunks() {
    for (std::optional<ChunkPlace> last;;) {
      GANDAN_TRY(const auto mine, from_.chunks(row_.number, last, kCopyPage));
      GANDAN_TRY(const auto copied, to_.chunks(target_, last, kCopyPage));
      if (!std::equal(mine.begin(), mine.end(), copied.begin(), copied.end(),
                      [](const ChunkPlace& a, const ChunkPlace& b) {
                        return a.hash == b.hash && a.unit == b.unit;
                      })) {
        found("the chunks differ");
        return {};
      }
      for (const auto& place : copied) {
        GANDAN_TRY(const auto bytes, to_.chunk(target_, place.hash));
        if (crypto::sha256(bytes) != place.hash) found("chunk " + to_hex(place.hash.view()) + ": changed");
      }
      if (mine.empty()) return {};
      last = mine.back();
    }
  }

  Store& from_;
  Store& to_;
  const RealmRow& row_;
  const RealmNumber target_;
  VerifyReport& report_;
};

}  // namespace

Status copy_realm(Store& from, const RealmRow& realm, Store& to) {
  GANDAN_TRY(const auto number, to.admit(realm));
  return RealmCopy(from, to, realm.number, number).run();
}

Result<std::vector<RealmNumber>> copy_realms(Store& from, Store& to) {
  GANDAN_TRY(const auto realms, from.realms());
  std::vector<RealmNumber> numbers;
  for (const auto& realm : realms) {
    GANDAN_TRY(numbers.emplace_back(), to.admit(realm));
    GANDAN_CHECK(RealmCopy(from, to, realm.number, numbers.back()).run());
  }
  return numbers;
}

Result<VerifyReport> migrate_store(Store& from, Store& to, const Signer& signer) {
  GANDAN_TRY(const auto there, to.realms());
  if (!there.empty()) return Code::store_not_empty;
  GANDAN_TRY(const auto before, verify_store(from, signer));
  if (!before.findings.empty()) return before;  // faults are not spread
  GANDAN_TRY(const auto realms, from.realms());
  std::vector<RealmNumber> numbers;
  for (auto realm : realms) {
    realm.state = RealmState::incoming;
    GANDAN_TRY(numbers.emplace_back(), to.admit(realm));
    GANDAN_CHECK(RealmCopy(from, to, realm.number, numbers.back()).run());
  }
  GANDAN_TRY(auto report, verify_store(to, signer));
  for (std::size_t i = 0; i < realms.size(); ++i)
    GANDAN_CHECK(RealmComparison(from, to, realms[i], numbers[i], report).run());
  if (report.entries != before.entries || report.segments != before.segments ||
      report.statements != before.statements || report.wraps != before.wraps)
    report.findings.push_back({"", Code::store_damaged, "the copy has other numbers than the source"});
  if (!report.findings.empty()) return report;
  for (const auto& realm : realms) GANDAN_CHECK(to.admit(realm));
  return report;
}

}  // namespace gandan::server
