#include "vault/witness.hpp"

#include <tuple>

namespace gandan::vault {
namespace {

constexpr std::string_view kDoubted = "ledger_doubted";
constexpr std::string_view kCosigned = "SELECT witness, size, root, time_s, note, to_send FROM cosigned ";

Cosigned cosigned_of(const storage::Statement& row) {
  return {DeviceId::from(row.blob(0)), static_cast<std::uint64_t>(row.integer(1)),
          Hash::from(row.blob(2)),     row.integer(3),
          std::string(row.text(4)),    row.integer(5) != 0};
}

}  // namespace

Result<std::vector<Cosigned>> cosigned(Vault& vault) {
  std::vector<Cosigned> out;
  GANDAN_TRY(auto rows, vault.db().query(std::string(kCosigned) + "ORDER BY size DESC, witness"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    out.push_back(cosigned_of(rows));
  }
}

Result<Cosigned> cosigned_by(Vault& vault, const DeviceId& witness) {
  GANDAN_TRY(auto row, vault.db().query(std::string(kCosigned) + "WHERE witness = ?", witness));
  GANDAN_TRY(const bool present, row.step());
  if (present) return cosigned_of(row);
  Cosigned none;
  none.witness = witness;
  return none;
}

Status keep_cosigned(Vault& vault, const Cosigned& one) {
  return vault.db().run(
      "INSERT INTO cosigned (witness, size, root, time_s, note, to_send) VALUES (?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (witness) DO UPDATE SET size = excluded.size, root = excluded.root, "
      "time_s = excluded.time_s, note = excluded.note, to_send = excluded.to_send "
      "WHERE excluded.size > cosigned.size",
      one.witness, one.size, one.root, one.time_s, std::string_view(one.note), one.to_send ? 1 : 0);
}

Status cosignature_sent(Vault& vault, std::string_view note) {
  return vault.db().run("UPDATE cosigned SET to_send = 0 WHERE note = ?", note);
}

Result<std::vector<CarriedCheckpoint>> carried_checkpoints(Vault& vault) {
  std::vector<CarriedCheckpoint> out;
  GANDAN_TRY(auto rows, vault.db().query("SELECT size, root, note FROM carried_checkpoint ORDER BY size"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    out.push_back(
        {static_cast<std::uint64_t>(rows.integer(0)), Hash::from(rows.blob(1)), std::string(rows.text(2))});
  }
}

Status carry_checkpoint(Vault& vault, const CarriedCheckpoint& carried) {
  GANDAN_TRY(const auto count, vault.db().integer("SELECT count(*) FROM carried_checkpoint"));
  if (count.value_or(0) >= static_cast<std::int64_t>(kMaxCarriedCheckpoints)) return {};
  return vault.db().run("INSERT OR IGNORE INTO carried_checkpoint (size, root, note) VALUES (?, ?, ?)",
                        carried.size, carried.root, std::string_view(carried.note));
}

Status drop_carried_checkpoint(Vault& vault, std::uint64_t size) {
  return vault.db().run("DELETE FROM carried_checkpoint WHERE size = ?", size);
}

Result<std::vector<SplitView>> split_views(Vault& vault) {
  std::vector<SplitView> out;
  GANDAN_TRY(auto rows, vault.db().query("SELECT first_size, first_root, first, second_size, second_root, "
                                         "second, found_ms FROM split_view ORDER BY found_ms, first_size"));
  const auto checkpoint = [&](int column) {
    return CarriedCheckpoint{static_cast<std::uint64_t>(rows.integer(column)),
                             Hash::from(rows.blob(column + 1)), std::string(rows.text(column + 2))};
  };
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    out.push_back({checkpoint(0), checkpoint(3), rows.integer(6)});
  }
}

Status drop_split_view(Vault& vault, const SplitView& view) {
  return vault.db().run(
      "DELETE FROM split_view WHERE first_size = ? AND first_root = ? AND second_size = ? "
      "AND second_root = ?",
      view.first.size, view.first.root, view.second.size, view.second.root);
}

Result<bool> keep_split_view(Vault& vault, const CarriedCheckpoint& one, const CarriedCheckpoint& other) {
  for (const auto* each : {&one, &other})
    GANDAN_CHECK(
        vault.db().run("DELETE FROM carried_checkpoint WHERE size = ? AND root = ?", each->size, each->root));
  const bool swapped = std::tie(other.size, other.root) < std::tie(one.size, one.root);
  const auto& first = swapped ? other : one;
  const auto& second = swapped ? one : other;
  GANDAN_TRY(const auto known,
             vault.db().integer("SELECT count(*) FROM split_view WHERE first_size = ? AND first_root = ? "
                                "AND second_size = ? AND second_root = ?",
                                first.size, first.root, second.size, second.root));
  GANDAN_TRY(const auto count, vault.db().integer("SELECT count(*) FROM split_view"));
  if (known.value_or(0) != 0 || count.value_or(0) >= static_cast<std::int64_t>(kMaxSplitViews)) return false;
  GANDAN_CHECK(vault.db().run(
      "INSERT INTO split_view (first_size, first_root, first, second_size, second_root, second, found_ms) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      first.size, first.root, std::string_view(first.note), second.size, second.root,
      std::string_view(second.note), vault.clock().wall_ms()));
  return true;
}

Result<bool> ledger_doubted(Vault& vault) {
  GANDAN_TRY(const auto by_answer, vault.meta_number(kDoubted, 0));
  GANDAN_TRY(const auto evidence, vault.db().integer("SELECT count(*) FROM split_view"));
  return by_answer != 0 || evidence.value_or(0) != 0;
}

Status doubt_ledger(Vault& vault, bool doubted) {
  GANDAN_TRY(const auto before, vault.meta_number(kDoubted, 0));
  return (before != 0) == doubted ? Status() : vault.set_meta_number(kDoubted, doubted ? 1 : 0);
}

}  // namespace gandan::vault
