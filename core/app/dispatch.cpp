#include "app/dispatch.hpp"

#include "app/escrow.hpp"
#include "app/lease.hpp"
#include "app/locking.hpp"
#include "base/text.hpp"
#include "vault/wipe.hpp"

namespace gandan::app {
namespace {

constexpr Method kMethods[] = {
    {"act.approve", Needs::realm, act_approve},
    {"act.list", Needs::realm, act_list},
    {"act.withdraw", Needs::realm, act_withdraw},
    {"app.version", Needs::nothing, app_version},
    {"attachment.add", Needs::realm, attachment_add},
    {"attachment.append", Needs::realm, attachment_append},
    {"attachment.begin", Needs::realm, attachment_begin},
    {"attachment.discard", Needs::realm, attachment_discard},
    {"attachment.finish", Needs::realm, attachment_finish},
    {"attachment.list", Needs::realm, attachment_list},
    {"attachment.read", Needs::realm, attachment_read},
    {"audit.evidence", Needs::realm, audit_evidence},
    {"audit.prove", Needs::realm, audit_prove},
    {"audit.run", Needs::realm, audit_run},
    {"audit.verify", Needs::realm, audit_verify},
    {"audit.verify_evidence", Needs::nothing, audit_verify_evidence},
    {"audit.verify_proof", Needs::nothing, audit_verify_proof},
    {"bundle.export", Needs::contact, bundle_export},
    {"bundle.import", Needs::vault, bundle_import},
    {"conflict.list", Needs::realm, conflict_list},
    {"conflict.resolve", Needs::realm, conflict_resolve},
    {"device.accept", Needs::realm, device_accept},
    {"device.approve", Needs::realm, device_approve},
    {"device.approve_many", Needs::realm, device_approve_many},
    {"device.held", Needs::realm, device_held},
    {"device.info", Needs::vault, device_info},
    {"device.list", Needs::realm, device_list},
    {"device.read_request", Needs::nothing, device_read_request},
    {"device.refuse", Needs::realm, device_refuse},
    {"device.renew", Needs::contact, device_renew},
    {"device.renewed", Needs::contact, device_renewed},
    {"device.request", Needs::vault, device_request},
    {"device.revoke", Needs::realm, device_revoke},
    {"device.welcome", Needs::realm, device_welcome},
    {"duplicate.list", Needs::realm, duplicate_list},
    {"erase.hold", Needs::realm, erase_hold},
    {"erase.propose", Needs::realm, erase_propose},
    {"erase.register", Needs::realm, erase_register},
    {"escrow.make", Needs::realm, escrow_make},
    {"escrow.open", Needs::realm, escrow_open},
    {"escrow.recover", Needs::realm, escrow_recover},
    {"holder.add", Needs::realm, holder_add},
    {"holder.list", Needs::realm, holder_list},
    {"holder.use", Needs::realm, holder_use},
    {"keys.add", Needs::vault, keys_add},
    {"keys.change", Needs::vault, keys_change},
    {"keys.list", Needs::folder, keys_list},
    {"keys.remove", Needs::vault, keys_remove},
    {"ledger.export", Needs::contact, ledger_export},
    {"number.assign", Needs::realm, number_assign},
    {"number.list", Needs::realm, number_list},
    {"realm.card", Needs::realm, realm_card},
    {"realm.create", Needs::vault, realm_create},
    {"realm.info", Needs::realm, realm_info},
    {"realm.join", Needs::vault, realm_join},
    {"realm.policy", Needs::realm, realm_policy},
    {"realm.threshold", Needs::realm, realm_threshold},
    {"record.accept", Needs::realm, record_accept},
    {"record.add", Needs::realm, record_add},
    {"record.answer", Needs::realm, record_answer},
    {"record.check", Needs::realm, record_check},
    {"record.copy", Needs::realm, record_copy},
    {"record.edit", Needs::realm, record_edit},
    {"record.finalize", Needs::realm, record_finalize},
    {"record.history", Needs::realm, record_history},
    {"record.kinds", Needs::nothing, record_kinds},
    {"record.links", Needs::realm, record_links},
    {"record.list", Needs::realm, record_list},
    {"record.print", Needs::realm, record_print},
    {"record.return", Needs::realm, record_return},
    {"record.seal", Needs::realm, record_seal},
    {"record.seal_add", Needs::realm, record_seal_add},
    {"record.show", Needs::realm, record_show},
    {"record.sign", Needs::realm, record_sign},
    {"record.signatures", Needs::realm, record_signatures},
    {"record.table", Needs::realm, record_table},
    {"record.unseal", Needs::realm, record_unseal},
    {"record.withdraw", Needs::realm, record_withdraw},
    {"report.period", Needs::realm, report_period},
    {"root.keeper", Needs::nothing, root_keeper},
    {"root.recover_finish", Needs::realm, root_recover_finish},
    {"root.recover_sign", Needs::nothing, root_recover_sign},
    {"root.recover_start", Needs::realm, root_recover_start},
    {"root.recovery", Needs::realm, root_recovery},
    {"root.replace", Needs::realm, root_replace},
    {"schema.check", Needs::nothing, schema_check},
    {"schema.export", Needs::nothing, schema_export},
    {"schema.import", Needs::nothing, schema_import},
    {"schema.list", Needs::realm, schema_list},
    {"schema.publish", Needs::realm, schema_publish},
    {"search", Needs::realm, search},
    {"status", Needs::vault, status},
    {"sync.run", Needs::contact, sync_run},
    {"task.list", Needs::realm, task_list},
    {"unit.add", Needs::realm, unit_add},
    {"unit.list", Needs::realm, unit_list},
    {"unit.move", Needs::realm, unit_move},
    {"unit.rotate", Needs::realm, unit_rotate},
    {"vault.auto_lock", Needs::vault, vault_auto_lock},
    {"vault.check", Needs::vault, vault_check},
    {"vault.lock", Needs::folder, vault_lock},
    {"vault.passphrase", Needs::vault, vault_passphrase},
    {"vault.rebuild", Needs::vault, vault_rebuild},
    {"vault.unlock", Needs::folder, vault_unlock},
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

}  // namespace

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

  const json::object none;
  Params params(given == nullptr ? none : *given);
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
