import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { boxItem, unboxItem } from './private-box.ts';
import { freshBytes, newWorkspaceKey, openVault, rootKeyFrom, seal, unseal } from './vault.ts';

describe('vault', () => {
  const root = randomBytes(32);
  const open = (workspace = 'w') => openVault(root, workspace, newWorkspaceKey(root, workspace));

  it('gives back what was sealed, only for the same key and place', () => {
    const key = randomBytes(32);
    const sealed = seal(key, 'here', 'secret ü');
    expect(unseal(key, 'here', sealed).toString()).toBe('secret ü');
    expect(() => unseal(key, 'there', sealed)).toThrow();
    expect(() => unseal(randomBytes(32), 'here', sealed)).toThrow();
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => unseal(key, 'here', changed)).toThrow();
    }
  });

  it('never seals the same text to the same bytes', () => {
    const key = randomBytes(32);
    expect(new Set(Array.from({ length: 2000 }, () => seal(key, 'p', 'x').subarray(0, 12).toString('hex'))).size).toBe(
      2000,
    );
    expect(freshBytes(16).equals(freshBytes(16))).toBe(false);
  });

  it('opens a workspace only with its root key and name', () => {
    const wrapped = newWorkspaceKey(root, 'w');
    expect(() => openVault(randomBytes(32), 'w', wrapped)).toThrow('The root key does not open the workspace "w"');
    expect(() => openVault(root, 'x', wrapped)).toThrow('does not open');
  });

  it('hashes outside names the same within a workspace and differently elsewhere', () => {
    const [left, right] = [open(), open('x')];
    const name = { type: 'email', value: 'jo@acme.example' };
    expect(left.nameHash(name)).toBe(left.nameHash({ ...name }));
    expect(left.nameHash(name)).not.toBe(right.nameHash(name));
    expect(left.nameHash({ type: 'e', value: 'mail' })).not.toBe(left.nameHash({ type: 'em', value: 'ail' }));
  });

  it('knows a keeper only once the key is kept, and takes another key when the stored one changed', () => {
    const vault = open();
    const made = vault.make('s:su_1');
    expect(vault.known('s:su_1')).toBeUndefined();
    vault.keep(made);
    expect(vault.known('s:su_1')).toEqual(made.key);
    expect(vault.open('s:su_1', made.wrapped)).toEqual(made.key);
    const again = vault.make('s:su_1');
    expect(vault.open('s:su_1', again.wrapped)).toEqual(again.key);
    expect(() => vault.open('s:su_2', again.wrapped)).toThrow();
    vault.forget('s:su_1');
    expect(vault.known('s:su_1')).toBeUndefined();
  });

  it('commits to an item with a key that only the item holds', () => {
    const key = randomBytes(32);
    const [one, other] = [boxItem(key, 'w', 'px_1', { a: 1 }), boxItem(key, 'w', 'px_1', { a: 1 })];
    expect(one.commitment).not.toBe(other.commitment);
    const opened = unboxItem(key, 'w', 'px_1', one.sealed);
    expect(opened.body).toEqual({ a: 1 });
    expect(opened.commitment()).toBe(one.commitment);
    expect(() => unboxItem(key, 'w', 'px_2', one.sealed)).toThrow();
  });

  it('makes the root key once, for its owner only, and refuses a file that is none', () => {
    const folder = mkdtempSync(join(tmpdir(), 'baton-vault-'));
    try {
      const path = join(folder, 'deep', 'root.key');
      const key = rootKeyFrom(path);
      expect(rootKeyFrom(path)).toEqual(key);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readFileSync(path, 'utf8').trim()).toBe(key.toString('base64url'));
      writeFileSync(path, 'short');
      expect(() => rootKeyFrom(path)).toThrow('does not hold a root key');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
