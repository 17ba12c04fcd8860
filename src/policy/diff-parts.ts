// policy: how two lists or values differ, in sentences.

/** Equal in meaning: same JSON, whatever the order of keys. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  return (
    keys.length === others.length &&
    keys.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}

/** One sentence where a value changed. */
export function changed<T>(old: T, now: T, says: (now: T, old: T) => string): string[] {
  return same(old, now) ? [] : [says(now, old)];
}

/** What is in one list and not in the other. */
export function moved(old: readonly string[], now: readonly string[]): { gone: string[]; come: string[] } {
  return { gone: old.filter((item) => !now.includes(item)), come: now.filter((item) => !old.includes(item)) };
}

type Sayings<T> = { come: (now: T) => string; gone: (old: T) => string; changed: (now: T, old: T) => string };

/** Sentences about things that have names: new ones, gone ones, changed ones. */
export function byName<T>(old: ReadonlyMap<string, T>, now: ReadonlyMap<string, T>, says: Sayings<T>): string[] {
  const gone = [...old].flatMap(([name, item]) => (now.has(name) ? [] : [says.gone(item)]));
  const rest = [...now].flatMap(([name, item]) => {
    const before = old.get(name);
    if (before === undefined) return [says.come(item)];
    return same(before, item) ? [] : [says.changed(item, before)];
  });
  return [...gone, ...rest];
}

/** A map of things that have a `name`. */
export function named<T extends { name: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.name, item]));
}
