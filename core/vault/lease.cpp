#include "vault/lease.hpp"

namespace gandan::vault {
namespace {

constexpr std::string_view kContact = "contact_ms";
constexpr std::string_view kBegan = "lease_began_ms";  // by this device's word: holds until the first contact
constexpr std::string_view kRenewed = "renewed_ms";    // when the last renewal that was used was signed
constexpr std::string_view kTimeSeen = "time_seen_ms";
constexpr std::int64_t kNoteEveryMs = 10 * 60'000;

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

Status note_contact(Vault& vault, std::int64_t server_ms) {
  if (server_ms <= 0 || server_ms > roster::kMaxRenewalTime) return {};
  GANDAN_TRY(auto work, Work::begin(vault));
  GANDAN_CHECK(vault.set_meta_number(kContact, server_ms));
  GANDAN_CHECK(vault.set_meta_number(kTimeSeen, server_ms));
  return work.commit();
}

Status renew(Vault& vault, TimeSeen& seen, const roster::Renewal& renewal) {
  GANDAN_TRY(const roster::Roster* roster, vault.roster());
  if (renewal.device != vault.identity().id) return Code::renewal_other;
  GANDAN_CHECK(roster::check_renewal(*roster, renewal));
  GANDAN_TRY(const auto contact, vault.meta_number(kContact, 0));
  GANDAN_TRY(const auto renewed, vault.meta_number(kRenewed, 0));
  if (renewal.time_ms <= std::max(contact, renewed)) return Code::renewal_old;
  // Its issuer's clock may run ahead: it is worth no more than from now on.
  GANDAN_TRY(const auto now, latest_time(vault, seen));
  // Also within a bundle's transaction. Cut off between the two, a slip opens twice what it opened.
  GANDAN_CHECK(vault.set_meta_number(kContact, std::max(contact, std::min(renewal.time_ms, now))));
  return vault.set_meta_number(kRenewed, renewal.time_ms);
}

}  // namespace gandan::vault
