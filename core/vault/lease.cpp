#include "vault/lease.hpp"

namespace gandan::vault {
namespace {

constexpr std::string_view kContact = "contact_ms";
constexpr std::string_view kBegan = "lease_began_ms";  // by this device's word: holds until the first contact
constexpr std::string_view kTimeSeen = "time_seen_ms";
constexpr std::int64_t kNoteEveryMs = 10 * 60'000;
constexpr std::int64_t kDriftMs = 10 * 60'000;  // between servers of one realm
const std::string kUsed = "renewal/";           // issuer and time of a renewal that was used

// The latest time there was, noted where it grew by enough. A full disk notes nothing, and keeps nobody from
// reading.
Result<std::int64_t> latest_time(Vault& vault, TimeSeen& seen) {
  GANDAN_TRY(const auto noted, vault.meta_number(kTimeSeen, 0));
  const std::int64_t monotonic = vault.clock().monotonic_ms();
  std::int64_t now = std::max(vault.clock().wall_ms(), noted);
  if (seen.at_ms != 0)
    now = std::max(now, seen.at_ms + std::max<std::int64_t>(0, monotonic - seen.monotonic_ms));
  seen = {now, monotonic};
  if (now >= noted + kNoteEveryMs) (void)vault.set_meta_number(kTimeSeen, now).ok();
  return now;
}

// The last receipt of this device's own that the ledger's key vouches for; 0: none.
Result<std::int64_t> last_receipt(Vault& vault) {
  GANDAN_TRY(
      const auto last,
      vault.db().integer("SELECT max((SELECT receipt_ms FROM segment WHERE segment.feed = feed.number AND "
                         "ledger_index IS NOT NULL ORDER BY sequence DESC LIMIT 1)) "
                         "FROM feed WHERE device = ?",
                         vault.identity().id));
  return last.value_or(0);
}

// Once: a server whose clock was put back is no liar, and its answers hold.
Status tell_of_clock(Vault& vault) {
  constexpr std::string_view kDetail = "the server's clock says less than the receipts that it signed";
  const std::string_view code = info(Code::receipt_back).text;
  GANDAN_TRY(const auto told,
             vault.db().integer("SELECT count(*) FROM finding WHERE code = ? AND detail = ?", code, kDetail));
  if (told.value_or(0) != 0) return {};
  return vault.add_finding(Code::receipt_back, nullptr, 0, kDetail, {});
}

}  // namespace

Result<std::optional<Lease>> lease(Vault& vault, TimeSeen& seen) {
  if (!vault.in_realm()) return std::optional<Lease>();
  GANDAN_TRY(const roster::Roster* roster, vault.roster());
  const auto* own = roster->device(vault.identity().id);
  Lease out;
  out.days = roster->policy().lease_days;
  if (out.days == 0 || own == nullptr || roster->removal(own->id)) return std::optional<Lease>();
  GANDAN_TRY(out.now_ms, latest_time(vault, seen));
  GANDAN_TRY(out.contact_ms, vault.meta_number(kContact, 0));
  if (out.contact_ms != 0) return std::optional<Lease>(out);
  GANDAN_TRY(out.contact_ms, vault.meta_number(kBegan, 0));
  if (out.contact_ms == 0) {
    out.contact_ms = out.now_ms;
    (void)vault.set_meta_number(kBegan, out.contact_ms).ok();
  }
  return std::optional<Lease>(out);
}

Result<bool> note_contact(Vault& vault, std::int64_t server_ms) {
  GANDAN_TRY(auto work, Work::begin(vault));
  GANDAN_TRY(const auto received, last_receipt(vault));
  const bool holds = server_ms > 0 && server_ms <= roster::kMaxRenewalTime;
  const bool contradicts = holds && server_ms < received - kDriftMs;
  if (contradicts) GANDAN_CHECK(tell_of_clock(vault));
  GANDAN_TRY(const auto contact, vault.meta_number(kContact, 0));
  GANDAN_TRY(const auto seen, vault.meta_number(kTimeSeen, 0));
  // What was known before stands, unless this device's clock has not come to it either: then a clock ran
  // ahead, and is put right.
  const std::int64_t wall = vault.clock().wall_ms();
  const std::int64_t said = holds && !contradicts ? server_ms : 0;
  const std::int64_t now = std::max(said, std::min(std::max(contact, received), wall));
  if (now == 0) return false;
  GANDAN_CHECK(vault.set_meta_number(kContact, now));
  GANDAN_CHECK(vault.set_meta_number(kTimeSeen, std::max(now, std::min(seen, wall))));
  GANDAN_CHECK(work.commit());
  return said != 0;
}

Status renew(Vault& vault, TimeSeen& seen, const roster::Renewal& renewal) {
  if (!vault.db().in_transaction()) {  // otherwise a bundle's
    GANDAN_TRY(auto work, Work::begin(vault));
    GANDAN_CHECK(renew(vault, seen, renewal));
    return work.commit();
  }
  GANDAN_TRY(const roster::Roster* roster, vault.roster());
  if (renewal.device != vault.identity().id) return Code::renewal_other;
  GANDAN_CHECK(roster::check_renewal(*roster, renewal));
  GANDAN_TRY(const auto contact, vault.meta_number(kContact, 0));
  const std::string used = kUsed + to_text(renewal.issuer) + "/" + std::to_string(renewal.time_ms);
  GANDAN_TRY(const auto used_before, vault.meta(used));
  if (used_before || renewal.time_ms <= contact) return Code::renewal_old;
  // Its issuer's clock may run ahead: it is worth no more than from now on.
  GANDAN_TRY(const auto now, latest_time(vault, seen));
  GANDAN_CHECK(vault.set_meta(used, as_bytes("1")));
  return vault.set_meta_number(kContact, std::max(contact, std::min(renewal.time_ms, now)));
}

}  // namespace gandan::vault
