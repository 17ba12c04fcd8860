// run: what a message rests on at the moment it is sent, gathered from the record. Names come from the private side
// table, so that an erased person's data cannot wait in a queue.

import type { WebhookFacts } from '../connectors/webhook/send.ts';
import type { MessageFacts, Party } from '../deliver/message-facts.ts';
import type { Context } from '../words/arrival.ts';
import type { Recorded } from '../words/event.ts';
import type { Handoff } from '../words/handoff.ts';
import { runningClocks } from '../words/handoff.ts';
import type { PersonId, WorkspaceId } from '../words/ids.ts';
import type { Intent } from '../words/intent.ts';
import type { PolicyDoc } from '../words/policy.ts';
import type { Profile } from '../words/reader.ts';
import type { House } from './house.ts';
import type { Standing } from './standing.ts';

type Tell = Extract<Intent, { kind: 'tell-person' }>;
type Post = Extract<Intent, { kind: 'post-webhook' }>;
type Gone = { gone: string };

/** The facts of a message, or why there is nothing left to tell. */
export async function gatherFacts(
  house: Pick<House, 'reader' | 'live' | 'clock' | 'shelf' | 'journal'>,
  publicUrl: string,
  workspace: WorkspaceId,
  intent: Intent,
): Promise<MessageFacts | WebhookFacts | Gone> {
  return intent.kind === 'tell-person'
    ? tellFacts(house, publicUrl, workspace, intent)
    : postFacts(house, publicUrl, workspace, intent);
}

async function postFacts(
  house: Pick<House, 'reader' | 'live' | 'clock' | 'journal'>,
  publicUrl: string,
  workspace: WorkspaceId,
  intent: Post,
): Promise<WebhookFacts | Gone> {
  const standing = await house.live.standing(workspace);
  const endpoint = standing.endpoints.get(intent.endpoint);
  if (endpoint === undefined || !endpoint.active) return { gone: 'The endpoint was switched off.' };
  const [recorded] = await house.journal.eventsAfter(workspace, intent.event - 1, 1);
  const secret = (await house.reader.privateItems(workspace, [intent.endpoint])).get(intent.endpoint);
  if (recorded === undefined || typeof secret !== 'string') return { gone: 'The endpoint has no secret to sign with.' };
  const { kind, ...data } = recorded.event;
  return {
    endpoint,
    secrets: [secret],
    source: `${publicUrl}/workspaces/${workspace}`,
    event: {
      seq: recorded.seq,
      kind,
      at: recorded.at,
      data,
      ...('handoff' in recorded.event ? { handoff: recorded.event.handoff } : {}),
    },
    nowAt: house.clock.now(),
  };
}

async function tellFacts(
  house: Pick<House, 'reader' | 'live' | 'clock' | 'shelf'>,
  publicUrl: string,
  workspace: WorkspaceId,
  intent: Tell,
): Promise<MessageFacts | Gone> {
  const found = await house.reader.handoff(workspace, intent.handoff);
  if (found === undefined) return { gone: 'There is no such handoff any more.' };
  const { handoff: h } = found;
  if (intent.about === 'offered' && h.offer?.id !== intent.offer)
    return { gone: 'The offer has ended; somebody else has it, or it was accepted.' };
  const standing = await house.live.standing(workspace);
  const profiles = await house.reader.profiles(workspace);
  const party = partyOf(house, standing, profiles);
  const doc = docOf(house, standing, h);
  const context = found.private[h.context.ref] as Context | undefined;
  const timeline = await house.reader.timeline(workspace, h.id);
  const profile = profiles.get(intent.to);
  const to: MessageFacts['to'] = {
    ...party(intent.to),
    ...(profile?.email === undefined ? {} : { email: profile.email }),
  };
  const receiver = h.receiver ?? h.offer?.to;
  return {
    about: intent.about,
    to,
    nowAt: house.clock.now(),
    link: `${publicUrl}/?handoff=${h.id}`,
    handoff: h.id,
    transition: doc?.transitions[h.transition]?.says ?? transitionWords(doc, h.transition),
    company: text(context?.fields.company) ?? 'a prospect',
    signal: (doc?.signals[h.signal]?.says ?? h.signal).toLowerCase(),
    urgency: h.urgency,
    test: h.marks.includes('test'),
    sender: party(h.sender),
    owner: party(h.owner),
    note: context?.note ?? {},
    fields: fieldsOf(context, doc),
    missing: h.context.missing.map((name) => name.replace('note.', '').replaceAll('_', ' ').replaceAll('-', ' ')),
    ...(text(context?.fields.contact) === undefined ? {} : { contact: text(context?.fields.contact) ?? '' }),
    ...(receiver === undefined ? {} : { receiver: party(receiver) }),
    ...(h.nextStep === undefined
      ? {}
      : { nextStep: { what: h.nextStep.what, owner: party(h.nextStep.owner), dueAt: h.nextStep.dueAt } }),
    ...clockOf(h, intent.clock, party),
    ...happened(intent, h, timeline, doc, found.private, party),
  };
}

type ToParty = (person: PersonId) => Party;

function partyOf(house: Pick<House, 'shelf'>, standing: Standing, profiles: ReadonlyMap<PersonId, Profile>): ToParty {
  const policy = livePolicy(house, standing);
  return (id) => ({
    id,
    name: profiles.get(id)?.name ?? id,
    zone: house.shelf.calendar(standing.roster, id, policy).zone,
  });
}

function livePolicy(house: Pick<House, 'shelf'>, standing: Standing) {
  const text = standing.live === undefined ? undefined : standing.policies.get(standing.live);
  return standing.live === undefined || text === undefined ? undefined : house.shelf.policy(standing.live, text);
}

function docOf(house: Pick<House, 'shelf'>, standing: Standing, h: Handoff): PolicyDoc | undefined {
  const text = standing.policies.get(h.policy);
  return text === undefined ? undefined : house.shelf.policy(h.policy, text).doc;
}

function transitionWords(doc: PolicyDoc | undefined, name: string): string {
  const t = doc?.transitions[name];
  return t === undefined ? name : `${t.from.toUpperCase()} to ${t.to.toUpperCase()}`;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

const SHOWN_FIRST = ['use_case', 'buying_signal', 'source', 'current_stack', 'urgency'];

function fieldsOf(context: Context | undefined, doc: PolicyDoc | undefined): MessageFacts['fields'] {
  const names = SHOWN_FIRST.filter((name) => doc?.fields[name] !== undefined);
  return names.flatMap((name) => {
    const value = text(context?.fields[name]);
    return value === undefined ? [] : [{ label: name.replaceAll('_', ' '), value }];
  });
}

function clockOf(h: Handoff, name: string | undefined, party: ToParty): Pick<MessageFacts, 'clock'> {
  const running = runningClocks(h);
  const clock = running.find((c) => c.name === name) ?? running.toSorted((a, b) => a.dueAt - b.dueAt)[0];
  return clock === undefined ? {} : { clock: { name: clock.name, owner: party(clock.owner), dueAt: clock.dueAt } };
}

/** What just happened, from the last event that the message can be about. */
function happened(
  intent: Tell,
  h: Handoff,
  timeline: readonly Recorded[],
  doc: PolicyDoc | undefined,
  kept: Record<string, unknown>,
  party: ToParty,
): Partial<MessageFacts> {
  const last = (kind: string): Recorded['event'] | undefined => timeline.findLast((r) => r.event.kind === kind)?.event;
  const event = last(EVENT_OF[intent.about] ?? '');
  if (event?.kind === 'handoff-rejected') {
    const reason = doc?.transitions[h.transition]?.rejections.find((r) => r.name === event.reason);
    const words = event.ref === undefined ? undefined : text(kept[event.ref]);
    return {
      by: party(event.by),
      reason: {
        says: reason?.says ?? event.reason,
        criterion: event.criterion,
        ...(words === undefined ? {} : { text: words }),
      },
    };
  }
  if (event?.kind === 'handoff-accepted') return { by: party(event.by) };
  if (event?.kind === 'question-asked' || event?.kind === 'question-answered') {
    const question = h.questions.find((q) => q.id === event.question);
    const asked = question === undefined ? undefined : text(kept[question.ref]);
    const answer = question?.answerRef === undefined ? undefined : text(kept[question.answerRef]);
    return {
      by: party(event.by),
      ...(asked === undefined ? {} : { question: { text: asked, ...(answer === undefined ? {} : { answer }) } }),
    };
  }
  if (event?.kind === 'handoff-reassigned')
    return {
      change: { role: event.role, from: party(event.from), to: party(event.to) },
      reason: { says: event.reason },
    };
  if (event?.kind === 'offer-withdrawn') return { reason: { says: event.reason } };
  if (event?.kind === 'handoff-returned') return { reason: { says: event.reason } };
  if (event?.kind === 'message-failed') return { failed: { to: party(event.to).name, reason: event.reason } };
  return h.outcome === undefined ? {} : { outcome: h.outcome };
}

const EVENT_OF: Partial<Record<Tell['about'], string>> = {
  accepted: 'handoff-accepted',
  rejected: 'handoff-rejected',
  returned: 'handoff-returned',
  asked: 'question-asked',
  answered: 'question-answered',
  withdrawn: 'offer-withdrawn',
  reassigned: 'handoff-reassigned',
  'promise-failed': 'message-failed',
};
