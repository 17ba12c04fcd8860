// Room: record. SQL as a tagged template: text comes from the source, values travel as parameters, never as text.
// Promises: nothing that is not written in the source can become part of a statement.

/** A statement, or a piece of one, with its values in order. */
export type Sql = { readonly parts: readonly string[]; readonly values: readonly unknown[] };

/** sql`select … where id = ${id}`; a value that is itself made by sql`…` is woven in. */
export function sql(parts: TemplateStringsArray, ...values: readonly unknown[]): Sql {
  const texts: string[] = [parts[0] ?? ''];
  const flat: unknown[] = [];
  for (const [i, value] of values.entries()) {
    const after = parts[i + 1] ?? '';
    if (isSql(value)) {
      texts[texts.length - 1] += value.parts[0] ?? '';
      texts.push(...value.parts.slice(1));
      texts[texts.length - 1] += after;
      flat.push(...value.values);
    } else {
      flat.push(value);
      texts.push(after);
    }
  }
  return { parts: texts, values: flat };
}

/** A table's or column's name as a piece of SQL. Throws for anything but a plain name: it comes from our own lists. */
export function sqlName(name: string): Sql {
  if (!/^[a-z][a-z_]*$/.test(name)) throw new Error(`"${name}" is not a plain name of a table or column.`);
  return { parts: [name], values: [] };
}

/** Conditions joined by `and`; true when there is none. */
export function allOf(conditions: readonly Sql[]): Sql {
  return conditions.reduce((left, right) => sql`${left} and ${right}`, sql`true`);
}

/** What the driver takes. */
export function statementOf(piece: Sql): { text: string; values: unknown[] } {
  return { text: piece.parts.map((part, i) => (i === 0 ? part : `$${i}${part}`)).join(''), values: [...piece.values] };
}

function isSql(value: unknown): value is Sql {
  return typeof value === 'object' && value !== null && 'parts' in value && 'values' in value;
}
