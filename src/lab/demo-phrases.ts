// lab: sentences of the demo company's notes, questions, answers and rejections, with slots in braces. Each note draws one
// for each of the four questions; a few notes are muddy, as a few always are. All of it is invented.

/** What began a handoff, in the sender's words: by signal. */
export const WHY_ENGAGED: Readonly<Record<string, readonly string[]>> = {
  'meeting-booked': [
    'I called {first} after their advert for two more planners. {first} said: “{quote}”. Took the {day} slot at once.',
    'Third call to {company}. {first} picked up, listened for two minutes and said “{quote}”. Meeting booked for {day}.',
    '{first} answered my mail about {workers} within the hour: {pain}. They asked for a first meeting on {day}.',
    'Referred by a customer: {first} had heard what we did for them with {n} {workers}. “{quote}” were the exact words.',
    'Met {first} at our stand in {month}; rang again today. {pain}, so the meeting on {day} is wanted, not pushed.',
    '{first} called back on my voicemail. {title} at {company}, {seats} {workers}. Reason: {pain}.',
    'Cold call, warm reaction: “{quote}”. {first} put {second} on the invite without being asked.',
    'Replied to the second mail of the sequence with one line: “{quote}”. We spoke for {n} minutes afterwards.',
  ],
  'webinar-attended': [
    '{first} stayed for all 48 minutes of the webinar on rosters that hold and asked in the chat how we treat {workers} on standby.',
    'Came to the webinar with {second}. Asked twice about {using}; downloaded the checklist afterwards.',
    'Watched the recording of the absence webinar twice in {n} days. In the survey {first} wrote: “{quote}”.',
    '{first} asked the last question of the session: whether {n} sites can share one plan. Stayed for the answer.',
    'Joined from {company} with four colleagues; the poll answer was “we plan with {stack}”.',
  ],
  'pricing-visited': [
    '{n} visits to the pricing page in {n2} days, the last one comparing Team and Scale for {seats} {workers}.',
    '{first} came back to pricing after the case study and opened the calculator with {seats} seats.',
    'Pricing page, security page, pricing page, all within one lunch break. {first} is {title}.',
    'Opened last month’s mail again today, then pricing, then the page on {using}.',
    'Two people of {company} looked at pricing on the same morning; {first} filled the calculator with {seats}.',
  ],
  'demo-requested': [
    'Demo form at {time}: “{quote}”. {seats} {workers}, wants to see it with own data.',
    '{first} asked for a demo and left a mobile number with the words “call me before noon”. Reason given: {pain}.',
    'Form, then chat: {first} wrote that {pain} and that {second} decides together with finance.',
    'Asked for a demo of one thing only: {using}. Has seen the recording and wants the difficult cases.',
    '{first} filled in every field of the form, which nobody does. “{quote}” stands in the free text.',
    'Came from a comparison page. Uses {stack}. Wants to see {using} this week.',
  ],
  'founder-stage-reached': [
    'I met {first} at the industry dinner in {month}. At {company} {pain}; {first} asked me to come and see it, and I did.',
    '{first} and I have spoken five times since {month}. It began with “{quote}” and became a budget line.',
    'The board asked {first} for a plan because {pain}. They came to me because of the article on fair rosters.',
  ],
  'deal-won': [
    'They bought to {to_use}: {pain}. Signed by {first} for {seats} {workers}.',
    '{first} signed after the two-week trial in one site. The reason in one line: “{quote}”.',
    'Won against doing nothing. What decided it: {pain}, and {second} saw it solved in the trial.',
    'Signed yesterday for {seats} seats. They want to {to_use}, starting with the site that hurts most.',
  ],
};

export const WHY_NOW: readonly string[] = [
  'The contract for {contract} ends on {later}; without a decision by {soon} it renews for a year.',
  '{pain_cap}. The managing board wants it fixed before the season starts on {later}.',
  'New law on rosters from {later}: plans must be out fourteen days ahead, they are at three.',
  'Two sites open on {later} and {second} does not want to copy the old plan.',
  'Budget is there until {later}; after that it goes back to the group.',
  '{first} starts the new year with {n} more {workers} and one planner less.',
  'The audit on {soon} will ask for records they do not have.',
  'A competitor of theirs told the local paper how they plan. {first} sent me the article.',
  'Their planner of eleven years retires on {later}. Nobody else knows the sheet.',
  'The works council agreed on {soon} to a trial in one site, not more than one.',
  '{n} resignations since summer, and the exit talks all name the roster.',
  'They lost a tender in {month} for want of proof; the next one closes on {later}.',
];

export const WHAT_WE_SAID: readonly string[] = [
  'A rollout for {seats} {workers} takes about {weeks} weeks; list price near {price} a year. No discount was mentioned.',
  'I said that importing from {tool} is possible for the last twelve months. I did not promise more history.',
  'Showed one screen, {n} minutes. I said yes to German and Spanish, no to payroll itself: we export to theirs.',
  'Promised a reference call with a customer of their size by {soon}. Nothing else.',
  'They heard {price} a year for {seats} seats and did not blink. Asked whether billing per quarter works; I said I would find out.',
  'Said clearly that the app needs no server of theirs and that data stays in the EU. {second} wants that in writing.',
  'I said a trial in one site is free for two weeks. They want three; I left that to you.',
  'No price yet. I said that {second} gets the security sheet, which I sent at {time}.',
  'Explained that {using} works today and that the forecast comes in spring. {first} noted “spring” with a question mark.',
  'I promised nothing but an honest answer on standby rules; they have {n} of them.',
];

export const WHY_NOW_WON: readonly string[] = [
  'Signed on the condition that site one is live before {later}; the rest of the {seats} {workers} follows after the season.',
  '{first} told the board that the first plan comes out of Northlight on {later}. There is no second date.',
  'The contract for {contract} ends on {later} and was not renewed, so there is no way back.',
  'The trial ends on {soon}; after that the pilot site would fall back to {tool}.',
  '{second} is on leave from {later}; everything that needs their data must be done before.',
  'Their season starts on {later}. If the app is not on the telephones of all {workers} by then, it waits until autumn.',
];

export const WHAT_WE_SAID_WON: readonly string[] = [
  'Every promise is in the list and nothing beside it. {price} a year for {seats} seats, billed per quarter.',
  'Go-live in {weeks} weeks for the first site. I said “about”, {first} wrote “{weeks}”.',
  'I said that we set up the standby rules and they check them. The forecast was not sold; {first} asked twice, I said spring.',
  'No migration of older years, only twelve months. {second} was not happy and agreed.',
  'They may leave after the pilot. I said we would not need that clause, and left it in.',
  '{first} heard that one person of ours stays with them until the first payroll run. Please keep that one.',
];

export const WHAT_NEXT: Readonly<Record<string, readonly string[]>> = {
  'meeting-booked': [
    'First meeting on {day} at {time} with {first} and {second}, 45 minutes. Bring the example with {workers}; they will show their current plan.',
    '{day}, {time}: {first} expects a look at {using} and an estimate for {seats} seats. I sent the agenda.',
    'Meeting {day} {time}. Before it, ask {first} for one real week of the plan; it was offered to me.',
    'You meet {first} on {day} at {time}. I confirm the day before; {second} joins for the last 15 minutes to talk about money.',
  ],
  'webinar-attended': [
    'Write to {first} by {soon} about the question from the chat; send the two-page answer on {workers}, then call.',
    'Call {first} by {soon}. Open with {using}, they care about nothing else.',
    'Mail by {soon} with the recording at minute 31, then propose a call with {second}.',
  ],
  'pricing-visited': [
    'Call {first} by {soon} and ask what they compare us with; my guess is staying with {tool}.',
    'Ring before {soon}. Ask who else looks at the numbers; {second} opened the same mail.',
    'Call today or tomorrow. Offer the calculator with their own {seats} {workers}.',
  ],
  'demo-requested': [
    'Call {first} at once, they wait for it. Demo by {soon} with {second}, on their own week if you can get it.',
    'Call now, mobile is in the form. Offer {day} at {time} for the demo.',
    'Phone first, mail second. {first} wants a date before {soon}.',
  ],
  'founder-stage-reached': [
    'I introduce you on {day} at {time}; afterwards it is yours. {first} decides with {second}; finance signs above {price}.',
    'Joint call on {day}. Take over the timeline: pilot until {later}, decision in the board on the Tuesday after.',
  ],
  'deal-won': [
    'Kick-off with {first} by {soon}; site one live before {later}. {second} owns the data on their side.',
    'Kick-off call on {day} at {time}. First value they want to see: {using}, in one site, by {later}.',
    'Send the kick-off agenda with every promise by {soon}; {first} will check each of them.',
  ],
};

/** Notes as they also come: true, friendly and useless. */
export const MUDDY: readonly string[] = [
  'Good call, they are interested and want to know more.',
  'Seems like a fit. Had some pain with planning.',
  'Very nice person, open to a conversation, timing could be right.',
  'They are looking at options at the moment.',
  'Told them the usual, sent the deck.',
  'Will follow up and see where it goes.',
  'As discussed. See mail thread.',
  'Budget unclear, but they like the product.',
];

export const PROMISES: readonly string[] = [
  'Single sign-on for all sites by {soon}',
  'Import of the last twelve months from {tool} at no charge',
  'Two training mornings on site before {later}',
  'Price held for up to {seats_more} seats until the end of next year',
  'Export to their payroll in their own format',
  'A named contact with a mobile number for the first six weeks',
  'Standby rules of {n} sites set up by us',
  'Spanish and Polish in the app from day one',
  'Security questionnaire answered by {soon}',
  'Right to leave after the pilot, in writing',
];

export const QUESTIONS: readonly { about: string; text: string }[] = [
  { about: 'why-now', text: 'What happens on their side if nothing is decided by {soon}?' },
  { about: 'why-now', text: 'Is {later} their date or ours?' },
  { about: 'what-we-said', text: 'Did anyone mention a price to {second}?' },
  { about: 'what-we-said', text: 'You write that we promised a reference. Which customer did you have in mind?' },
  { about: 'what-next', text: 'Does {first} know that I will call, or do you introduce me?' },
  { about: 'what-next', text: 'Who else joins from {company}? I would like to bring an engineer if IT is there.' },
  { about: 'why-engaged', text: 'Was it {first} who came to us, or did we come to them?' },
  { about: 'use_case', text: 'All {seats} {workers}, or one site first?' },
  { about: 'current_stack', text: 'How much of {tool} do they want to keep?' },
];

export const ANSWERS: readonly string[] = [
  'Their date. {first} said {later} twice and has it on the wall.',
  'No price so far. {second} knows the range, about {price} a year.',
  'Yes, {first} expects your call; mornings are best, before {time}.',
  'One site first, {n} {workers}; the rest after the season.',
  'They came to us. I only asked the second question.',
  '{second} joins, and somebody from IT for ten minutes. An engineer would help.',
  'I had the ferry company in mind. I ask them today and tell you.',
  'If nothing is decided the old contract renews for a year, so {soon} is real.',
  'They would keep payroll and drop everything else.',
];

/** Why somebody declined, in their words: by the policy's reason. */
export const REJECTED: Readonly<Record<string, readonly string[]>> = {
  'too-small': [
    'Spoke to {first}: it is about six people in one office, not {seats} {workers}. Not a case for us this year.',
    'Their site says {seats}, {first} says five to begin with and no plan beyond. Too small for our minimum.',
    'Eight people, one shift, one place. {first} agrees that a shared calendar is enough.',
  ],
  'no-need': [
    'The mail behind this asks for a brochure. I see no use case; please ask {first} what they want to do with it.',
    'I read the note twice and cannot tell what {company} wants to change.',
    '{first} took the meeting out of courtesy and says so in the thread. What is the use case?',
  ],
  'too-early': [
    'Nothing before next autumn, {first} says so in the thread. Wrong half-year.',
    'They bought {tool} for three years in {month}. A need, but no room beside it before spring.',
    'Hiring freeze until {later}; {first} asks us to come back then.',
  ],
  'not-reachable': [
    'The number in the form is not in service and the mail bounced twice.',
    '{first} left {company} in {month}; the address is a shared mailbox now.',
    'The switchboard of {company} knows nobody called {contact_name}.',
  ],
  'not-intent': [
    '{first} is writing a thesis about rosters. Charming, not buying.',
    'The visits to pricing came from our own partner testing the page.',
    'The webinar place was booked by an assistant; {first} never joined.',
  ],
  'not-funded': [
    '{second} in finance has not heard of any budget. Who told us {price}?',
    'The budget was a wish: {first} writes that the board decides on {later} whether there is one.',
  ],
  'not-mapped': [
    'Only {first} is known; I need one more person who decides before I can work the deal.',
    'The timeline in the note is ours, not theirs. Please ask {first} for a date.',
  ],
  'not-promises-written': [
    'The promises say “as discussed”. {first} will quote them to me word by word, so I need them.',
    'Price hold is mentioned in the thread and missing here. Please write down what we promised.',
  ],
  'not-goal-known': [
    'I know what they signed, not why. What do they want to see after six weeks?',
    'The goal reads “better planning”. Please ask {first} how they will measure it.',
  ],
};

/** When a policy has a reason that we have no words for. */
export const REJECTED_OTHERWISE = 'Not what we agreed to pass on; please look at the criterion again.';

export const NEXT_STEPS: readonly string[] = [
  'Send {first} the rollout plan for {seats} {workers}',
  'Call {second} about the security sheet',
  'Walk {first} through the calculation once more, with {n} sites',
  'Get the reference customer and {first} on one call',
  'Send the order form for {seats} seats and agree the start on {later}',
  'Show {using} to the shift leads',
  'Answer the works council’s four questions in writing',
  'Agree the pilot site and the two people who run it',
];
