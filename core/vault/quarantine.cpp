#include "vault/quarantine.hpp"

#include "vault/acts.hpp"
#include "vault/segments.hpp"

namespace gandan::vault {

Result<std::vector<Quarantined>> quarantined(Vault& vault) {
  std::vector<Quarantined> out;
  {
    GANDAN_TRY(auto rows, vault.db().query("SELECT feed.id, sequence, feed.device, feed.unit FROM segment "
                                           "JOIN feed ON feed.number = segment.feed WHERE segment.state = ? "
                                           "ORDER BY segment.feed, sequence",
                                           static_cast<std::int64_t>(SegmentState::quarantined)));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      out.push_back({FeedId::from(rows.blob(0)),
                     static_cast<std::uint64_t>(rows.integer(1)),
                     DeviceId::from(rows.blob(2)),
                     UnitId::from(rows.blob(3)),
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

Status accept(Vault& vault, const FeedId& feed, std::uint64_t sequence) {
  GANDAN_TRY(auto work, Work::begin(vault));
  GANDAN_TRY(const auto row, vault.feed(feed));
  if (!row) return Code::not_found;
  std::optional<Hash> hash;
  {
    GANDAN_TRY(auto found,
               vault.db().query("SELECT hash FROM segment WHERE feed = ? AND sequence = ? AND state = ?",
                                row->number, sequence, static_cast<std::int64_t>(SegmentState::quarantined)));
    GANDAN_TRY(const bool present, found.step());
    if (!present) return Code::not_found;
    hash = Hash::from(found.blob(0));
  }
  GANDAN_TRY([[maybe_unused]] const auto issued,
             issue_within(vault, roster::AcceptBody{feed, sequence, *hash}));
  SegmentApplier segments(vault);
  IngestReport report;
  GANDAN_CHECK(segments.judge_again(row->device, report));
  GANDAN_CHECK(segments.finish());
  return work.commit();
}

}  // namespace gandan::vault
