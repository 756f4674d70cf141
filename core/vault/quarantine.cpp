#include "vault/quarantine.hpp"

#include "vault/acts.hpp"
#include "vault/segments.hpp"

namespace gandan::vault {

Result<std::vector<Quarantined>> quarantined(Vault& vault) {
  std::vector<Quarantined> out;
  {
    GANDAN_TRY(auto rows,
               vault.db().query("SELECT feed.id, sequence, segment.hash, feed.device, feed.unit FROM segment "
                                "JOIN feed ON feed.number = segment.feed WHERE segment.state = ? "
                                "ORDER BY segment.feed, sequence",
                                static_cast<std::int64_t>(SegmentState::quarantined)));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      out.push_back({FeedId::from(rows.blob(0)),
                     static_cast<std::uint64_t>(rows.integer(1)),
                     Hash::from(rows.blob(2)),
                     DeviceId::from(rows.blob(3)),
                     UnitId::from(rows.blob(4)),
                     {}});
    }
  }
  SegmentApplier segments(vault);
  for (auto& held : out) {
    GANDAN_TRY(const auto row, vault.feed(held.feed));
    if (!row) continue;
    if (auto opened = segments.read(*row, held.sequence)) held.ops = std::move(opened->ops);
  }
  return out;
}

Result<bool> have_segment(Vault& vault, const roster::AcceptBody& accept) {
  GANDAN_TRY(const auto count,
             vault.db().integer("SELECT count(*) FROM feed JOIN segment ON segment.feed = number "
                                "WHERE id = ? AND sequence = ? AND segment.hash = ?",
                                accept.feed, static_cast<std::int64_t>(accept.sequence), accept.hash));
  return count.value_or(0) != 0;
}

Result<std::vector<Hash>> quarantined_before(Vault& vault, const roster::AcceptBody& accept) {
  std::vector<Hash> out;
  GANDAN_TRY(auto rows,
             vault.db().query("SELECT segment.hash FROM feed JOIN segment ON segment.feed = number "
                              "WHERE id = ? AND sequence < ? AND segment.state = ?",
                              accept.feed, static_cast<std::int64_t>(accept.sequence),
                              static_cast<std::int64_t>(SegmentState::quarantined)));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    out.push_back(Hash::from(rows.blob(0)));
  }
}

Status accept(Vault& vault, std::span<const Quarantined> chosen) {
  GANDAN_TRY(auto work, Work::begin(vault));
  std::set<DeviceId> authors;
  for (const auto& one : chosen) {
    GANDAN_TRY([[maybe_unused]] const auto issued,
               issue_within(vault, roster::AcceptBody{one.feed, one.sequence, one.hash}));
    authors.insert(one.device);
  }
  SegmentApplier segments(vault);
  IngestReport report;
  for (const auto& device : authors) GANDAN_CHECK(segments.judge_again(device, report));
  GANDAN_CHECK(segments.finish());
  return work.commit();
}

}  // namespace gandan::vault
