// arrive/import: what a cell gave: a value, an instant, something odd worth counting, or why it cannot be taken.

export type Value = string | number | boolean | string[];
/** Does not make the value wrong. `mark` goes onto what the row speaks of. */
export type Oddity = { code: string; says: string; mark?: string };
export type Got = { value?: Value; at?: number; odd?: Oddity[]; bad?: string };
