#include "app/dispatch.hpp"

#include "app/escrow.hpp"
#include "app/filters.hpp"
#include "app/lease.hpp"
#include "app/locking.hpp"
#include "base/text.hpp"
#include "vault/wipe.hpp"

namespace gandan::app {
namespace {

constexpr Method kMethods[] = {
    {"act.approve", Needs::realm, Effect::local, act_approve},
    {"act.list", Needs::realm, Effect::reads, act_list},
    {"act.withdraw", Needs::realm, Effect::local, act_withdraw},
    {"app.version", Needs::nothing, Effect::reads, app_version},
    {"attachment.add", Needs::realm, Effect::writes, attachment_add},
    {"attachment.append", Needs::realm, Effect::writes, attachment_append},
    {"attachment.begin", Needs::realm, Effect::writes, attachment_begin},
    {"attachment.discard", Needs::realm, Effect::writes, attachment_discard},
    {"attachment.finish", Needs::realm, Effect::writes, attachment_finish},
    {"attachment.list", Needs::realm, Effect::reads, attachment_list},
    {"attachment.read", Needs::realm, Effect::reads, attachment_read},
    {"audit.evidence", Needs::realm, Effect::reads, audit_evidence},
    {"audit.prove", Needs::realm, Effect::reads, audit_prove},
    {"audit.run", Needs::realm, Effect::reads, audit_run},
    {"audit.verify", Needs::realm, Effect::reads, audit_verify},
    {"audit.verify_evidence", Needs::nothing, Effect::reads, audit_verify_evidence},
    {"audit.verify_proof", Needs::nothing, Effect::reads, audit_verify_proof},
    {"bundle.export", Needs::contact, Effect::local, bundle_export},
    {"bundle.import", Needs::vault, Effect::local, bundle_import},
    {"conflict.list", Needs::realm, Effect::reads, conflict_list},
    {"conflict.resolve", Needs::realm, Effect::writes, conflict_resolve},
    {"device.accept", Needs::realm, Effect::local, device_accept},
    {"device.approve", Needs::realm, Effect::local, device_approve},
    {"device.approve_many", Needs::realm, Effect::local, device_approve_many},
    {"device.held", Needs::realm, Effect::reads, device_held},
    {"device.info", Needs::vault, Effect::reads, device_info},
    {"device.list", Needs::realm, Effect::reads, device_list},
    {"device.read_request", Needs::nothing, Effect::reads, device_read_request},
    {"device.refuse", Needs::realm, Effect::local, device_refuse},
    {"device.renew", Needs::contact, Effect::local, device_renew},
    {"device.renewed", Needs::contact, Effect::local, device_renewed},
    {"device.request", Needs::vault, Effect::local, device_request},
    {"device.revoke", Needs::realm, Effect::local, device_revoke},
    {"device.welcome", Needs::realm, Effect::local, device_welcome},
    {"duplicate.list", Needs::realm, Effect::reads, duplicate_list},
    {"erase.hold", Needs::realm, Effect::writes, erase_hold},
    {"erase.propose", Needs::realm, Effect::local, erase_propose},
    {"erase.register", Needs::realm, Effect::reads, erase_register},
    {"escrow.make", Needs::realm, Effect::local, escrow_make},
    {"escrow.open", Needs::realm, Effect::local, escrow_open},
    {"escrow.recover", Needs::realm, Effect::local, escrow_recover},
    {"filter.delete", Needs::realm, Effect::local, filter_delete},
    {"filter.list", Needs::realm, Effect::reads, filter_list},
    {"filter.save", Needs::realm, Effect::local, filter_save},
    {"holder.add", Needs::realm, Effect::writes, holder_add},
    {"holder.list", Needs::realm, Effect::reads, holder_list},
    {"holder.use", Needs::realm, Effect::local, holder_use},
    {"keys.add", Needs::vault, Effect::local, keys_add},
    {"keys.change", Needs::vault, Effect::local, keys_change},
    {"keys.list", Needs::folder, Effect::reads, keys_list},
    {"keys.remove", Needs::vault, Effect::local, keys_remove},
    {"ledger.export", Needs::contact, Effect::reads, ledger_export},
    {"number.assign", Needs::realm, Effect::writes, number_assign},
    {"number.list", Needs::realm, Effect::reads, number_list},
    {"realm.card", Needs::realm, Effect::local, realm_card},
    {"realm.create", Needs::vault, Effect::local, realm_create},
    {"realm.info", Needs::realm, Effect::reads, realm_info},
    {"realm.join", Needs::vault, Effect::local, realm_join},
    {"realm.policy", Needs::realm, Effect::local, realm_policy},
    {"realm.threshold", Needs::realm, Effect::local, realm_threshold},
    {"record.accept", Needs::realm, Effect::writes, record_accept},
    {"record.add", Needs::realm, Effect::writes, record_add},
    {"record.answer", Needs::realm, Effect::writes, record_answer},
    {"record.check", Needs::realm, Effect::reads, record_check},
    {"record.copy", Needs::realm, Effect::writes, record_copy},
    {"record.edit", Needs::realm, Effect::writes, record_edit},
    {"record.finalize", Needs::realm, Effect::writes, record_finalize},
    {"record.history", Needs::realm, Effect::reads, record_history},
    {"record.kinds", Needs::nothing, Effect::reads, record_kinds},
    {"record.links", Needs::realm, Effect::reads, record_links},
    {"record.list", Needs::realm, Effect::reads, record_list},
    {"record.print", Needs::realm, Effect::reads, record_print},
    {"record.return", Needs::realm, Effect::writes, record_return},
    {"record.seal", Needs::realm, Effect::writes, record_seal},
    {"record.seal_add", Needs::realm, Effect::writes, record_seal_add},
    {"record.show", Needs::realm, Effect::reads, record_show},
    {"record.sign", Needs::realm, Effect::writes, record_sign},
    {"record.signatures", Needs::realm, Effect::reads, record_signatures},
    {"record.table", Needs::realm, Effect::reads, record_table},
    {"record.unseal", Needs::realm, Effect::writes, record_unseal},
    {"record.withdraw", Needs::realm, Effect::writes, record_withdraw},
    {"report.period", Needs::realm, Effect::reads, report_period},
    {"root.keeper", Needs::nothing, Effect::reads, root_keeper},
    {"root.recover_finish", Needs::realm, Effect::local, root_recover_finish},
    {"root.recover_sign", Needs::nothing, Effect::reads, root_recover_sign},
    {"root.recover_start", Needs::realm, Effect::local, root_recover_start},
    {"root.recovery", Needs::realm, Effect::local, root_recovery},
    {"root.replace", Needs::realm, Effect::local, root_replace},
    {"schema.check", Needs::nothing, Effect::reads, schema_check},
    {"schema.export", Needs::nothing, Effect::reads, schema_export},
    {"schema.import", Needs::nothing, Effect::reads, schema_import},
    {"schema.list", Needs::realm, Effect::reads, schema_list},
    {"schema.publish", Needs::realm, Effect::local, schema_publish},
    {"search", Needs::realm, Effect::reads, search},
    {"status", Needs::vault, Effect::reads, status},
    {"sync.run", Needs::contact, Effect::local, sync_run},
    {"task.list", Needs::realm, Effect::reads, task_list},
    {"unit.add", Needs::realm, Effect::local, unit_add},
    {"unit.list", Needs::realm, Effect::reads, unit_list},
    {"unit.move", Needs::realm, Effect::local, unit_move},
    {"unit.rotate", Needs::realm, Effect::local, unit_rotate},
    {"vault.auto_lock", Needs::vault, Effect::reads, vault_auto_lock},
    {"vault.check", Needs::vault, Effect::reads, vault_check},
    {"vault.lock", Needs::folder, Effect::reads, vault_lock},
    {"vault.passphrase", Needs::vault, Effect::local, vault_passphrase},
    {"vault.rebuild", Needs::vault, Effect::local, vault_rebuild},
    {"vault.unlock", Needs::folder, Effect::reads, vault_unlock},
};

}  // namespace

namespace {

// Whether this device had a role and has none any more. One that a server refuses was removed as well, by
// the server's word: where that showed no statement, nothing else changes.
bool was_removed(const Session& session) {
  const auto roster = session.vault->roster();
  const auto* own = roster.ok() ? (*roster)->device(session.vault->identity().id) : nullptr;
  if (own == nullptr || own->grants.empty()) return false;
  return session.method == "sync.run" || (*roster)->removal(own->id);
}

// An auditor's device has no right to write records: said before a form is filled in. What statements it may
// issue is the roster's to say, for it may hold the root's key.
bool only_audits(const Session& session) {
  const auto roster =
      session.vault ? session.vault->roster() : Result<const roster::Roster*>(Code::vault_missing);
  const auto* own = roster.ok() ? (*roster)->device(session.vault->identity().id) : nullptr;
  if (own == nullptr) return false;
  std::size_t roles = 0;
  for (const auto& grant : own->grants) {
    if (grant.until) continue;
    if (grant.role != roster::Role::auditor) return false;
    ++roles;
  }
  return roles > 0;
}

}  // namespace

Status may_take_effect(const Session& session, Effect effect) {
  if (effect != Effect::reads && session.options.read_only) return Code::read_only;
  if (effect == Effect::writes && only_audits(session)) return Code::auditor_reads;
  return {};
}

std::span<const Method> methods() { return kMethods; }

Result<json::value> dispatch(Session& session, std::string_view request) {
  GANDAN_TRY(const json::value parsed, json::parse(request));
  if (!parsed.is_object()) return Error{Code::bad_request, "a request is an object"};
  Params envelope(parsed.get_object());
  const std::string name = envelope.text("method");
  const json::object* given = envelope.optional_object("params");
  const bool background = envelope.flag("background");
  GANDAN_CHECK(envelope.done());

  const Method* method = nullptr;
  for (const auto& known : kMethods)
    if (known.name == name) method = &known;
  if (method == nullptr) return Error{Code::unknown_method, std::string(cut_text(name, 60))};
  lock_if_idle(session);
  if (!background && method->handler != vault_lock) session.used_ms = session.seams.clock->monotonic_ms();
  if (method->needs != Needs::nothing && session.options.folder.empty()) return Code::vault_missing;
  if (method->needs != Needs::nothing && !session.vault) {
    GANDAN_TRY(const auto wiped, vault::read_wiped(session.options.folder));
    if (wiped) return vault::wiped_error(session.options.folder, *wiped);
  }
  const bool closed = method->needs != Needs::nothing && method->needs != Needs::folder;
  if (closed && !session.vault) return Code::vault_closed;
  const bool member = method->needs == Needs::realm || method->needs == Needs::contact;
  if (member && !session.vault->in_realm()) return Code::not_enrolled;
  if (method->needs == Needs::realm) GANDAN_CHECK(within_lease(session));
  GANDAN_CHECK(may_take_effect(session, method->effect));

  GANDAN_TRY(const json::object filled, with_saved_filter(session, name, given));
  Params params(filled);
  session.method = method->name;
  session.background = background;
  session.cancelled.store(false);
  auto out = method->handler(session, params);
  // Long work that a person asked for is a person's use until it ends.
  if (!background && method->handler != vault_lock) session.used_ms = session.seams.clock->monotonic_ms();
  return concluded(session, std::move(out));
}

Result<json::value> concluded(Session& session, Result<json::value> result) {
  if (!result.ok() && session.vault && result.error().code == Code::not_authorized && was_removed(session))
    return Code::device_removed;
  return result;
}

}  // namespace gandan::app
