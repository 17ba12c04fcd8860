// policy: the JSON Schema of the policy language, for completion and checks in editors. Made from the language table;
// it knows shapes, not names: whether a pool exists or a condition is sound is for `baton policy check`.

import { POLICY } from './language.ts';
import type { JsonSchema } from './shape.ts';

/** JSON Schema 2020-12 of a policy file. */
export function policySchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://baton.example/policy.schema.json',
    ...POLICY.schema,
    description: 'How prospects are handed from one person to the next.',
  };
}
