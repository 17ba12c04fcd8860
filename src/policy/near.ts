// policy: which known name was probably meant? Promises a suggestion only where it is likely right.

/** Edits (insert, remove, replace, swap of neighbours) between two short words; stops counting above `max`. */
function distance(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(last[j - 1]! + (same ? 0 : 1), last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

const plain = (name: string) => name.toLowerCase().replaceAll(/[-_ ]/g, '');

/** The known name nearest to what was written, or undefined when none is near. Ties go to the first. */
export function nearest(written: string, known: Iterable<string>): string | undefined {
  if (written.length > 64) return undefined;
  const word = plain(written);
  const max = word.length <= 2 ? 0 : word.length <= 4 ? 1 : word.length <= 8 ? 2 : 3;
  let found: string | undefined;
  let least = max + 1;
  for (const name of known) {
    const far = plain(name) === word ? 0 : distance(word, plain(name), max);
    if (far < least) {
      least = far;
      found = name;
    }
  }
  return found;
}

/** 'Did you mean "x"?' where a name is near, else the list of what is known. */
export function didYouMean(written: string, known: Iterable<string>, otherwise = ''): string {
  const names = [...known];
  const near = nearest(written, names);
  if (near !== undefined) return `Did you mean "${near}"?`;
  if (otherwise !== '') return otherwise;
  return names.length === 0 ? 'None is declared.' : `Use one of: ${names.slice(0, 12).join(', ')}.`;
}
