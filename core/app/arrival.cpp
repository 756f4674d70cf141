#include "app/arrival.hpp"

#include <algorithm>

#include "app/count.hpp"
#include "app/personal.hpp"
#include "app/words.hpp"
#include "base/calendar.hpp"
#include "records/format.hpp"
#include "vault/attachments.hpp"

namespace gandan::app {
namespace {

Words words(std::size_t changes, std::size_t received, bool sealed, bool by_hand, std::int64_t receipt_ms) {
  if (received == changes) {
    const std::string at = records::instant_for_people(receipt_ms);
    return {"Máy chủ đã nhận đủ, lúc " + at + ".", "The server has received it all, at " + at + "."};
  }
  if (received > 0) {
    const std::string part = std::to_string(received) + "/" + std::to_string(changes);
    return {"Máy chủ mới nhận " + part + " thay đổi; phần còn lại sẽ gửi ở lần đồng bộ sau.",
            "The server has received " + part + " changes; the rest goes with the next sync."};
  }
  if (by_hand)
    return {"Của máy khác, tới đây bằng gói; máy chủ đã nhận chưa thì khi đồng bộ máy này mới biết.",
            "Another device's, come by bundle; whether the server has it, this device learns at a sync."};
  if (sealed)
    return {"Đã đóng gói trên máy này, máy chủ chưa nhận.",
            "Sealed on this device, not received by the server yet."};
  return {"Đã lưu trên máy này, chưa gửi.", "Saved on this device, not sent yet."};
}

Words words(const vault::BlobStatus& status) {
  if (status.on_server == status.chunks)
    return {status.here == status.chunks ? "Có trên máy này và trên máy chủ."
                                         : "Có trên máy chủ, chưa tải về máy này.",
            status.here == status.chunks ? "Here and on the server." : "On the server, not fetched yet."};
  if (status.here == status.chunks) return {"Có trên máy này, chưa gửi xong.", "Here, not sent completely."};
  return {"Chưa về tới máy này.", "Has not arrived here yet."};
}

}  // namespace

Result<json::object> record_arrival(vault::Vault& vault, const Loaded& loaded) {
  GANDAN_TRY(const auto origins, vault::history(vault, loaded.state));
  std::size_t received = 0;
  bool sealed = false;
  std::int64_t last = 0;
  std::size_t accepted = 0;
  bool by_hand = true;  // nothing that this device wrote is without a receipt
  for (const auto& origin : origins) {
    if (origin.arrival == vault::Arrival::received) ++received;
    if (origin.arrival == vault::Arrival::sealed) sealed = true;
    if (origin.arrival != vault::Arrival::received && origin.device == vault.identity().id) by_hand = false;
    if (origin.accepted) ++accepted;
    last = std::max(last, origin.receipt_ms.value_or(0));
  }
  const bool all = received == origins.size();
  Words say = words(origins.size(), received, sealed, by_hand, last);
  if (accepted > 0) {
    const std::string n = std::to_string(accepted);
    say = say +
          Words{" Trong đó " + n + " thay đổi do máy đã bị thu hồi ghi; người quản trị đã xem và cho tính.",
                " Of these, " + n + " changes are of a removed device; an administrator let them count."};
  }
  json::array attachments;
  for (const auto& [path, blob] :
       attachments_of(loaded.view, reveal_of(vault, loaded.row.unit, loaded.row.id))) {
    GANDAN_TRY(auto one, attachment_json(vault, path, blob));
    attachments.push_back(std::move(one));
  }
  return json::object{{"state", all            ? "received"
                                : received > 0 ? "partly"
                                : sealed       ? "sealed"
                                               : "pending"},
                      {"changes", number(origins.size())},
                      {"received", number(received)},
                      {"accepted", number(accepted)},
                      {"received_at", all && last > 0 ? instant_text(last) : std::string{}},
                      {"vi", say.vi},
                      {"en", say.en},
                      {"attachments", std::move(attachments)}};
}

std::vector<std::pair<std::string, changelog::BlobRef>> attachments_of(const changelog::RecordView& view,
                                                                       const records::Reveal& reveal) {
  std::vector<std::pair<std::string, changelog::BlobRef>> out;
  for (const auto* fields : {&view.fields, &view.marks})  // signatures are marks
    for (const auto& [path, field] : *fields)
      if (std::holds_alternative<changelog::BlobRef>(field.shown()))
        out.emplace_back(path, std::get<changelog::BlobRef>(reveal(path, field.shown())));
  return out;
}

Result<json::object> attachment_json(vault::Vault& vault, std::string_view path,
                                     const changelog::BlobRef& blob) {
  GANDAN_TRY(const auto status, vault::blob_status(vault, blob));
  const Words say =
      changelog::is_closed(blob)
          ? Words{"Không mở được: khoá của hồ sơ chưa có ở đây, hoặc dữ liệu cá nhân đã xoá.",
                  "Does not open: the record's key is not here yet, or its personal data was erased."}
          : words(status);
  return json::object{{"path", path},
                      {"name", blob.name},
                      {"media_type", blob.media_type},
                      {"size", number(blob.size)},
                      {"chunks", number(status.chunks)},
                      {"here", number(status.here)},
                      {"sent", number(status.on_server)},
                      {"vi", say.vi},
                      {"en", say.en}};
}

}  // namespace gandan::app
