#include "app/escrow.hpp"

#include <set>

#include "app/acts.hpp"
#include "app/count.hpp"
#include "app/files.hpp"
#include "app/names.hpp"
#include "base/calendar.hpp"
#include "vault/escrow.hpp"
#include "vault/files.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kMaxShareFile = 4096;  // bytes

// One text or an array of them; absent: none.
std::vector<std::string> texts(Params& p, std::string_view name) {
  std::vector<std::string> out;
  const json::value* given = p.any(name);
  if (given == nullptr) return out;
  const json::array one{*given};
  for (const auto& row : given->is_array() ? given->get_array() : one) {
    if (row.is_string())
      out.emplace_back(row.get_string());
    else
      p.fault(name, "type", "Phải là chữ.", "Must be text.");
  }
  return out;
}

Error no_keeper(const std::string& named, const char* why, const char* vi, const char* en) {
  return Error{Code::bad_request, named, {{"devices", why, vi, en}}};
}

// A share is for somebody who is here, and each for somebody else: as many as it takes must not lie with one.
Result<std::vector<DeviceId>> find_keepers(Session& s, const std::vector<std::string>& named) {
  Names names(*s.vault);
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  std::vector<DeviceId> out;
  std::set<DeviceId> persons;
  for (const auto& text : named) {
    GANDAN_TRY(const DeviceId device, names.find_device(text));
    if (!has_role(*roster, device))
      return no_keeper(text, "removed", "Máy này đã bị thu hồi: không giao phần khoá cho nó.",
                       "This device was removed: it keeps no share.");
    if (!persons.insert(roster->person_of(device)).second)
      return no_keeper(text, "twice", "Mỗi người chỉ giữ một phần.", "Each person keeps one share only.");
    out.push_back(device);
  }
  return out;
}

json::object share_json(const vault::EscrowShare& share) {
  return json::object{{"number", number(share.share.x)},
                      {"epoch", number(share.epoch)},
                      {"threshold", number(share.threshold)},
                      {"count", number(share.count)}};
}

}  // namespace

Result<json::value> escrow_make(Session& s, Params& p) {
  const auto threshold = static_cast<std::size_t>(p.integer_or("threshold", 2, 2, vault::kMaxShares));
  const auto printed = static_cast<std::size_t>(p.integer_or("printed", 0, 0, vault::kMaxShares));
  const auto keepers = texts(p, "devices");
  const auto folder = p.optional_path("out");
  const std::size_t count = printed + keepers.size();
  if (count < threshold || count > vault::kMaxShares)
    p.fault("printed", "range", "Số phần (in ra và giao cho máy) phải từ số phần cần để mở cho tới 16.",
            "The shares, printed and for devices, must be as many as it takes at least, and 16 at most.");
  GANDAN_CHECK(p.done());
  Names names(*s.vault);
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  GANDAN_TRY(const auto devices, find_keepers(s, keepers));
  GANDAN_TRY(const auto shares, vault::make_escrow(*s.vault, threshold, count));
  json::array rows;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    json::object row = share_json(shares[i]);
    std::string text = vault::share_text(shares[i]);
    if (i < devices.size()) {
      GANDAN_TRY(text, vault::sealed_share_text(roster->realm(), shares[i], devices[i],
                                                roster->device(devices[i])->box_key, *s.seams.random));
      row["device"] = to_text(devices[i]);
      row["label"] = names.device_label(devices[i]);
    }
    if (folder) {
      GANDAN_CHECK(vault::make_folder(*folder));
      const std::string file = *folder + "/share-" + std::to_string(i + 1) + ".txt";
      GANDAN_CHECK(write_file(file, as_bytes(text), false));
      row["file"] = file;
    } else {
      row["share"] = text;
    }
    rows.push_back(std::move(row));
  }
  GANDAN_CHECK(vault::note_escrow(*s.vault, shares));
  return json::value(json::object{{"epoch", number(shares.front().epoch)},
                                  {"threshold", number(threshold)},
                                  {"shares", std::move(rows)}});
}

Result<json::value> escrow_open(Session& s, Params& p) {
  const std::string file = p.path("file");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const Bytes content, read_file(file, kMaxShareFile));
  GANDAN_TRY(const auto share, vault::open_share(*s.vault, as_text(content)));
  json::object out = share_json(share);
  out["share"] = vault::share_text(share);
  return json::value(std::move(out));
}

Result<json::value> escrow_recover(Session& s, Params& p) {
  auto given = texts(p, "shares");
  const auto files = texts(p, "files");
  if (given.empty() && files.empty())
    p.fault("files", "required", "Cần các phần của khoá.", "The shares are needed.");
  GANDAN_CHECK(p.done());
  for (const auto& file : files) {
    GANDAN_TRY(const Bytes content, read_file(file, kMaxShareFile));
    given.emplace_back(as_text(content));
  }
  std::vector<vault::EscrowShare> shares;
  for (const auto& text : given) {
    GANDAN_TRY(auto share,
               vault::is_sealed_share(text) ? vault::open_share(*s.vault, text) : vault::read_share(text));
    shares.push_back(std::move(share));
  }
  GANDAN_TRY(const std::uint32_t epoch, vault::recover_escrow(*s.vault, shares));
  std::uint64_t readable = 0;
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  for (const auto& [unit, about] : roster->units())
    readable += s.vault->keyring().latest(unit).has_value() ? 1u : 0u;
  return json::value(json::object{
      {"epoch", number(epoch)}, {"units", number(roster->units().size())}, {"readable", number(readable)}});
}

Result<std::optional<json::object>> escrow_json(Session& s) {
  GANDAN_TRY(const auto made, vault::escrow_made(*s.vault));
  if (!made || !s.vault->in_realm()) return std::optional<json::object>();
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  const auto current = roster->unit(roster->root().top)->epochs.back().number;
  return std::optional<json::object>(json::object{{"epoch", number(made->epoch)},
                                                  {"threshold", number(made->threshold)},
                                                  {"count", number(made->count)},
                                                  {"made", instant_text(made->made_ms)},
                                                  {"stale", made->epoch != current}});
}

}  // namespace gandan::app
