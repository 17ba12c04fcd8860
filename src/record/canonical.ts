// Room: record. One text per value: JSON with sorted keys (RFC 8785), so that equal facts have equal hashes.
// Promises: the text depends on nothing but the value; undefined members are left out; what JSON cannot hold is refused.

/** What JSON has to escape: control characters, quotes, backslashes and (when alone) surrogates. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must be found.
const special = /[\u0000-\u001f"\\\ud800-\udfff]/;

/** The canonical JSON of a value. Throws for a number that JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      if (!Number.isFinite(value)) throw new Error(`${value} is not a number that a ledger can hold.`);
      return `${Object.is(value, -0) ? 0 : value}`;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return 'null';
    case 'object':
      return value === null
        ? 'null'
        : Array.isArray(value)
          ? arrayText(value)
          : objectText(value as Record<string, unknown>);
    default:
      throw new Error(`A ${typeof value} does not belong into a ledger.`);
  }
}

function quote(text: string): string {
  return special.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function arrayText(values: readonly unknown[]): string {
  if (values.length === 0) return '[]';
  let text = `[${canonicalJson(values[0])}`;
  for (let i = 1; i < values.length; i++) text += `,${canonicalJson(values[i])}`;
  return `${text}]`;
}

function objectText(value: Record<string, unknown>): string {
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) text += `${text === '' ? '{' : ','}${quote(key)}:${canonicalJson(member)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}
