// A realm of one device, and records in it, over anything that has request(method, params).
export const ledgerKey = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';

export async function makeRealm(core, options = {}) {
  const { top } = await core.request('realm.create', {
    name: 'Lạng Sơn', code: '20', ledger_key: options.ledgerKey ?? ledgerKey, root_passphrase: 'mật khẩu gốc',
    root_key_file: await core.newPath('root.key'), card_file: options.card ?? (await core.newPath('realm.card')),
  });
  const { unit } = await core.request('unit.add', { parent: top, kind: 'xa', name: 'Xã A', code: '06463' });
  await core.request('holder.add', { code: 'CB01', role: 'cadre', display: 'Cán bộ', unit, use: true });
  return { top, unit };
}

// One save; the record's id when it is acknowledged.
export async function addVillage(core, unit, name) {
  return (await core.request('unit.add', { parent: unit, kind: 'thon', name })).record;
}

export async function listed(core) {
  const { records } = await core.request('record.list', { kind: 'village', limit: 1000 });
  return new Map(records.map((row) => [row.id, row.title]));
}
