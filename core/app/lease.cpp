// Methods device.renew, device.renewed, realm.policy: devices that are out of reach, and those that were
// removed.
#include "app/lease.hpp"

#include "app/acts.hpp"
#include "app/carried.hpp"
#include "app/dispatch.hpp"
#include "app/root_keys.hpp"
#include "app/words.hpp"
#include "base/calendar.hpp"
#include "records/format.hpp"
#include "sync/bundle.hpp"
#include "vault/files.hpp"
#include "vault/key_box.hpp"
#include "vault/wipe.hpp"
#include "vault/witness.hpp"

namespace gandan::app {
namespace {

constexpr const char* kUnsentFile = "unsent.bundle";

// Within which a person is warned: a quarter of the lease, a day at least and a week at most.
std::int64_t warn_ms(const vault::Lease& lease) {
  return std::clamp<std::int64_t>(std::int64_t{lease.days} * kDayMs / 4, kDayMs, 7 * kDayMs);
}

Words lease_words(const vault::Lease& lease) {
  const std::string end = records::instant_for_people(lease.ends_ms());
  if (lease.over())
    return {
        "Máy này đã tạm khoá từ " + end + " vì lâu quá chưa liên lạc. Hãy đồng bộ, hoặc xin phiếu gia hạn.",
        "This device is locked since " + end +
            ", for it had no contact for too long. Sync, or ask for a renewal."};
  return {"Máy này phải liên lạc (đồng bộ, hoặc nhận phiếu gia hạn) trước " + end + ", không thì tạm khoá.",
          "This device needs contact (a sync, or a renewal) before " + end + ", or it locks."};
}

// What had not been sent, for an administrator to look at; empty: everything had been.
Result<std::string> keep_unsent(vault::Vault& vault, const vault::Counts& counts) {
  GANDAN_TRY(const bool doubted, vault::ledger_doubted(vault));  // then "sent" may mean to the wrong ledger
  if (!doubted && counts.unsent_segments == 0 && counts.unsent_chunks == 0) return std::string();
  GANDAN_TRY(const Bytes bundle, sync::export_bundle(vault, {}));
  GANDAN_CHECK(vault::write_file_atomically(vault.folder() + "/" + kUnsentFile, bundle));
  return std::string(kUnsentFile);
}

// Where one lost phone leaves nobody to renew the other.
Words advice_on_lease(const roster::Roster& roster, std::int64_t days) {
  if (days == 0 || roster.persons_at(roster.root().top).size() > 1) return {};
  return {
      "Chỉ có một người quản trị đơn vị đứng đầu: nơi không có máy chủ, không ai gia hạn được cho máy của "
      "người "
      "ấy ngoài khoá gốc. Hãy thêm quản trị.",
      "Only one person administers the top unit: without a server, nobody can renew that device but the root "
      "key. Add an administrator."};
}

}  // namespace

Status within_lease(Session& s) {
  GANDAN_TRY(const auto lease, vault::lease(*s.vault, s.time_seen));
  if (!lease || !lease->over()) return {};
  const Words words = lease_words(*lease);
  const std::string ends = instant_text(lease->ends_ms());
  return Error{Code::lease_over, "since " + ends, {{"lease", ends, words.vi, words.en}}};
}

Result<std::optional<json::object>> lease_json(Session& s) {
  GANDAN_TRY(const auto lease, vault::lease(*s.vault, s.time_seen));
  if (!lease) return std::optional<json::object>();
  json::object out{{"days", json::integer(lease->days)},
                   {"contact", instant_text(lease->contact_ms)},
                   {"ends", instant_text(lease->ends_ms())},
                   {"over", lease->over()},
                   {"soon", lease->now_ms + warn_ms(*lease) >= lease->ends_ms()}};
  put_words(out, lease_words(*lease));
  return std::optional<json::object>(std::move(out));
}

Result<std::optional<json::object>> removed_json(Session& s) {
  if (!s.vault->in_realm()) return std::optional<json::object>();
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  const auto removal = roster->removal(s.vault->identity().id);
  if (!removal) return std::optional<json::object>();
  const std::string by = to_text(removal->by);
  const bool root = removal->by == roster::root_id(roster->root_key());
  const std::string shown = root ? std::string("root") : short_id(by);
  json::object out{{"by", by}, {"by_short", shown}, {"wipes", roster->policy().wipe}};
  Words when;
  if (removal->index) {
    GANDAN_TRY(const auto receipt, vault::statement_receipt(*s.vault, *removal->index));
    if (receipt) out["received_at"] = instant_text(*receipt);
    if (receipt)
      when = {" lúc " + records::instant_for_people(*receipt),
              " at " + records::instant_for_people(*receipt)};
  }
  Words words =
      Words{"Máy này đã bị thu hồi", "This device was removed"} + when +
      Words{", bởi máy " + shown + ". Những gì đã ghi vẫn xem được và xuất được, nhưng không ghi thêm được.",
            ", by device " + shown +
                ". What was recorded can be read and written out; nothing more can be "
                "recorded."};
  if (roster->policy().wipe)
    words = words + Words{" Lần tới liên lạc với máy chủ, sổ trên máy sẽ tự xoá.",
                          " At its next contact with the server its vault wipes itself."};
  put_words(out, words);
  return std::optional<json::object>(std::move(out));
}

Status wipe_if_due(Session& s) {
  if (s.vault == nullptr) return {};
  GANDAN_TRY(const auto removal, vault::wipe_due(*s.vault));
  if (!removal) return {};
  vault::Wiped about;
  about.at_ms = s.vault->clock().wall_ms();
  about.device = s.vault->identity().id;
  about.by = removal->by;
  GANDAN_TRY(const auto receipt, vault::statement_receipt(*s.vault, *removal->index));
  about.removed_ms = receipt.value_or(0);
  GANDAN_TRY([[maybe_unused]] const auto sealed, vault::seal(*s.vault));
  GANDAN_TRY(const auto counts, vault::counts(*s.vault));
  about.lost_changes = counts.pending_ops;
  GANDAN_TRY(about.lost_keys, vault::unsent_keys(*s.vault));
  GANDAN_TRY(about.unsent, keep_unsent(*s.vault, counts));
  s.session_secret.reset();
  const std::string folder = s.vault->folder();
  GANDAN_CHECK(vault::wipe(std::move(s.vault), about));
  return vault::wiped_error(folder, about);
}

Result<json::value> device_renew(Session& s, Params& p) {
  const std::string device_text = p.text("device");
  GANDAN_TRY(const auto root, root_given(s, p));
  GANDAN_CHECK(p.done());
  Names names(*s.vault);
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  GANDAN_TRY(const DeviceId device, names.find_device(device_text));
  if (roster->removal(device)) return Code::already_removed;
  const auto* key = root.signer();
  roster::Renewal renewal;
  renewal.device = device;
  renewal.issuer = key != nullptr ? roster::root_id(key->public_key()) : s.vault->identity().id;
  renewal.time_ms = s.vault->clock().wall_ms();
  if (renewal.issuer == device) return Code::renewal_own;
  if (!roster::may_renew(*roster, renewal.issuer, device)) return Code::not_authorized;
  const crypto::KeySigner own(s.vault->identity().sign);
  GANDAN_CHECK(roster::sign_renewal(roster->realm(), renewal, key != nullptr ? *key : own));
  const std::string id = to_text(device);
  return json::value(json::object{{"device", id},
                                  {"short", short_id(id)},
                                  {"label", names.device_label(device)},
                                  {"days", json::integer(roster->policy().lease_days)},
                                  {"at", instant_text(renewal.time_ms)},
                                  {"renewal", renewal_text(renewal)}});
}

Result<json::value> device_renewed(Session& s, Params& p) {
  const std::string text = p.text("renewal");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto renewal, read_renewal(text));
  GANDAN_CHECK(vault::renew(*s.vault, s.time_seen, renewal));
  json::object out{{"at", instant_text(renewal.time_ms)}};
  GANDAN_TRY(auto lease, lease_json(s));
  if (lease) out["lease"] = std::move(*lease);
  return json::value(std::move(out));
}

Result<json::value> realm_policy(Session& s, Params& p) {
  const auto days = p.integer_or("lease_days", -1, 0, roster::kMaxLeaseDays);
  const bool says_wipe = p.has("wipe");
  const bool wipe = p.flag("wipe");
  if (days < 0 && !says_wipe)
    p.fault("lease_days", "required", "Nêu số ngày (lease_days), hoặc máy bị thu hồi có tự xoá không (wipe).",
            "Say the days (lease_days), or whether removed devices wipe themselves (wipe).");
  GANDAN_TRY(const auto root, root_given(s, p));
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  roster::PolicyAct act = roster->policy();
  if (days >= 0) act.lease_days = static_cast<std::uint16_t>(days);
  if (says_wipe) act.wipe = wipe;
  const Words advice = advice_on_lease(*roster, act.lease_days);
  GANDAN_TRY(auto row, propose_act(s, act, root.signer()));
  put_advice(row, advice);
  return json::value(std::move(row));
}

}  // namespace gandan::app
