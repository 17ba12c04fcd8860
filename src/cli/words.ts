// cli: the answers of the API that the commands read, as far as they read them. The full shapes stand in docs/openapi.json.

export type PersonRef = { id: string; name: string };

export type HandoffRow = {
  id: string;
  version: number;
  stage: string;
  transition: string;
  subject: string;
  company?: string;
  contact?: string;
  sender: PersonRef;
  receiver?: PersonRef;
  owner: PersonRef;
  offeredTo?: PersonRef;
  urgency: string;
  segment: string;
  signal: string;
  clock?: { name: string; dueAt: string; state: string; late: boolean };
  nextStep?: { what: string; owner: PersonRef; dueAt: string; late: boolean };
  tasks: { id: string; title: string; owner: PersonRef; dueAt: string; state: string; late: boolean }[];
  openedAt: string;
  acceptedAt?: string;
  closedAt?: string;
  outcome?: string;
  marks: string[];
};

export type HandoffShown = HandoffRow & {
  policy: string;
  context: {
    missing: string[];
    erased: boolean;
    fields: Record<string, string | number | boolean | string[]>;
    note: Record<string, string>;
    links: string[];
  };
  clocks: {
    name: string;
    owner: PersonRef;
    state: string;
    late: boolean;
    dueAt: string;
    zone: string;
    pauseCause?: string;
    deadline: { sentence: string; steps: string[] };
  }[];
  questions: { id: string; about: string; by: PersonRef; at: string; text?: string; answer?: string }[];
  rejection?: { reason: string; criterion: string; by: PersonRef; at: string };
};

export type Done = {
  result: 'done';
  sequence: number;
  handoff?: string;
  version?: number;
  facts: Record<string, unknown>;
};

export type Person = {
  id: string;
  name?: string;
  email?: string;
  roles: string[];
  team?: string;
  active: boolean;
  hours?: { zone?: string };
  absences: { id: string; from: string; to: string; label?: string }[];
};
