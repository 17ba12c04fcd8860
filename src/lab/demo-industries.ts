// lab: the prospects' worlds in the demo company's market. Northlight sells planning for people who work in shifts and in
// the field; each industry has its own words for who is planned, what hurts and what they say. All of it is invented.

export type Industry = {
  /** Last words of company names. */
  kinds: string[];
  /** Who is planned, in the plural. */
  workers: string;
  uses: string[];
  pains: string[];
  quotes: string[];
};

export const INDUSTRIES: readonly Industry[] = [
  {
    kinds: ['Freight', 'Logistics', 'Haulage', 'Couriers'],
    workers: 'drivers',
    uses: [
      'Plan drivers and vehicles in one place',
      'Keep rest times legal while covering sick calls',
      'Swap tours on the phone without calling dispatch',
      'Plan night and day depots together',
      'Show customers a delivery window that holds',
    ],
    pains: [
      'dispatch re-plans eleven tours by hand each Monday',
      'two drivers broke the rest rule in one month and the fine was 14,000',
      'agency drivers cost 31,000 in the last quarter',
      'the night depot plans on paper and nobody sees it before six',
    ],
    quotes: [
      'I find out who is sick when the truck does not move',
      'my best dispatcher is a spreadsheet with legs',
      'we pay for empty kilometres because two depots do not talk',
      'if one person is on holiday the plan is on holiday',
    ],
  },
  {
    kinds: ['Home Care', 'Nursing', 'Care Group', 'Hospice Services'],
    workers: 'carers',
    uses: [
      'Plan home visits by qualification and distance',
      'Fill sick calls within the hour',
      'Keep the same carer for the same client',
      'Bill visits from what was really done',
      'Give carers their plan a fortnight ahead',
    ],
    pains: [
      '41 visits were swapped by telephone last week',
      'clients see seven faces a month and complain',
      'three carers left over rosters that came two days before',
      'the auditors asked for visit records that nobody could find',
    ],
    quotes: [
      'my coordinators spend the morning apologising',
      'families do not want software, they want the same face',
      'every resignation letter mentions the roster',
      'I plan on Sunday evening at the kitchen table',
    ],
  },
  {
    kinds: ['Solar', 'Heat Pumps', 'Grid Services', 'Energy'],
    workers: 'installers',
    uses: [
      'Plan installation crews over three weeks',
      'Match permits, crews and scaffolding',
      'Send the second fitter only where one is needed',
      'Track snags until they are closed',
      'Give customers one date that holds',
    ],
    pains: [
      'every fourth installation moves because a part is late',
      '62 roofs wait although two crews have gaps',
      'subcontractors are planned in chat groups',
      'the grid operator rejects a third of the appointments',
    ],
    quotes: [
      'the sun is free, the scaffolding is not',
      'I can sell more than I can plan',
      'each moved date costs us a review with one star',
      'we grew from 3 crews to 19 and kept the whiteboard',
    ],
  },
  {
    kinds: ['Bakeries', 'Stores', 'Garden Centres', 'Opticians'],
    workers: 'shop staff',
    uses: [
      'Plan 40 shops from one screen',
      'Let shops borrow people from each other',
      'Match staff to the hours with most customers',
      'Keep student contracts within their limits',
      'Approve holidays without e-mail',
    ],
    pains: [
      'shops close early nine times a month for want of one person',
      'area managers drive two days a week to fix rosters',
      'student hours went over the limit and payroll had to correct 58 slips',
      'Saturday is overstaffed by a fifth and Thursday is empty',
    ],
    quotes: [
      'we know tomorrow’s bread to the gram and tomorrow’s staff not at all',
      'my area managers are taxi drivers with a spreadsheet',
      'one shop has three too many, the next one is shut',
      'payroll week is the week nobody sleeps',
    ],
  },
  {
    kinds: ['Hotels', 'Catering', 'Kitchens', 'Hostels'],
    workers: 'shift staff',
    uses: [
      'Plan kitchens and service against bookings',
      'Share staff between houses',
      'Stop paying overtime that nobody ordered',
      'Bring in temps with their papers checked',
      'Publish shifts two weeks ahead',
    ],
    pains: [
      'overtime was 9 % of wages in October',
      'the conference week was served with eleven temps who had no papers',
      'housekeeping learns about late departures by looking',
      'two chefs left because of split shifts',
    ],
    quotes: [
      'I staff for the storm and then the sun shines',
      'we do banquets for 600 with a plan for 400',
      'the rota hangs behind a door and is wrong by noon',
      'my temps bill has a higher star rating than the house',
    ],
  },
  {
    kinds: ['Facilities', 'Cleaning', 'Lifts', 'Security'],
    workers: 'technicians',
    uses: [
      'Plan service rounds by contract and distance',
      'Prove each visit to the client',
      'Dispatch call-outs to whoever is nearest',
      'Keep certificates and people together',
      'Merge two branches into one plan',
    ],
    pains: [
      'two branches plan the same street on different days',
      'a client withheld 22,000 because visits were not proven',
      'call-outs go to whoever picks up',
      'five certificates ran out unnoticed in spring',
    ],
    quotes: [
      'we win contracts on price and lose them on proof',
      'the nearest engineer is never the one we send',
      'half my van fleet passes the other half',
      'clients ask who was there and I ask the same',
    ],
  },
  {
    kinds: ['Plastics', 'Castings', 'Packaging', 'Textiles'],
    workers: 'operators',
    uses: [
      'Plan four shifts by skill and machine',
      'See before Friday which line cannot run',
      'Let teams swap shifts within the rules',
      'Cut weekend shifts that nobody needed',
      'Bring temps in by skill, not by name',
    ],
    pains: [
      'line 3 stood for 17 hours in October for want of a setter',
      'shift leads keep five versions of one roster',
      'the works council stopped Saturday work until hours are shown',
      'absence is 8 % and is seen on the day',
    ],
    quotes: [
      'the machine is ready, the setter is fishing',
      'our skills matrix is a poster from 2019',
      'every shift lead has their own truth',
      'I would rather know on Thursday than apologise on Monday',
    ],
  },
  {
    kinds: ['Transit', 'Ferries', 'Rail Services', 'Coaches'],
    workers: 'crews',
    uses: [
      'Plan crews with legal rest',
      'Cover cancelled runs within the hour',
      'Show crews their roster on the phone',
      'Build the summer timetable with real absences',
      'Pay allowances from the plan',
    ],
    pains: [
      'the summer timetable has 130 duties without a name',
      'twelve departures fell out in one storm week',
      'allowances are typed from paper, 400 sheets a month',
      'rest rules are checked after the fact',
    ],
    quotes: [
      'the boat is on time, the crew is on the other island',
      'our rulebook has 84 pages and the planner has one head',
      'drivers find their duty on a wall',
      'a cancelled run costs us more than a year of your licence',
    ],
  },
  {
    kinds: ['Fibre', 'Networks', 'Telecom', 'Broadband'],
    workers: 'field engineers',
    uses: [
      'Plan activations by street, not by ticket',
      'Send one engineer instead of two visits',
      'Let subcontractors see only their jobs',
      'Keep appointments within two hours',
      'Plan digging and splicing as one job',
    ],
    pains: [
      'every third activation needs a second visit',
      'subcontractors get their jobs as a PDF on Sunday',
      '900 households wait for a splice that fits in four days',
      'no-access visits cost 55 each and there are 70 a week',
    ],
    quotes: [
      'we dig on Monday and find nobody to splice till Thursday',
      'our customers wait for a man between eight and five',
      'subcontractors plan us, not the other way round',
      'each second visit eats the margin of four',
    ],
  },
  {
    kinds: ['Water', 'Utilities', 'Waste', 'Recycling'],
    workers: 'crews',
    uses: [
      'Plan rounds and standby in one roster',
      'Rebuild rounds when a vehicle fails',
      'Show standby duty to the control room',
      'Plan inspections by deadline',
      'Cut the second truck on short rounds',
    ],
    pains: [
      'standby is booked twice about once a month',
      'one failed vehicle leaves 300 bins standing',
      'inspections ran late in 4 of 9 districts',
      'rounds were cut in 2021 and the town has grown',
    ],
    quotes: [
      'the leak does not look at the roster',
      'citizens call the mayor, the mayor calls me',
      'standby is a list on a fridge',
      'our rounds are older than half the drivers',
    ],
  },
  {
    kinds: ['Events', 'Stages', 'Exhibitions', 'Studios'],
    workers: 'crew',
    uses: [
      'Book freelancers with one request',
      'Plan build, show and strike as one job',
      'See who is certified for rigging',
      'Stop double bookings between projects',
      'Settle crew hours on the last day',
    ],
    pains: [
      'freelancers get four calls for one job',
      'two shows booked the same rigger in September',
      'crew hours are settled five weeks later',
      'the season plan lives in three calendars',
    ],
    quotes: [
      'in June I plan 800 people with my thumb',
      'the lamp is insured, the rigger’s certificate is a rumour',
      'we lose freelancers to whoever answers first',
      'strike ends at four and my day starts at six',
    ],
  },
  {
    kinds: ['Diagnostics', 'Laboratories', 'Veterinary', 'Dental'],
    workers: 'lab staff',
    uses: [
      'Plan benches and on-call together',
      'Cover weekends by qualification',
      'Open two new sites with one roster',
      'Reduce sample waiting at night',
      'Show on-call to the clinics',
    ],
    pains: [
      'samples wait 90 minutes at night because the bench is empty',
      'two sites open in spring and share no plan',
      'weekend duty falls on the same five people',
      'on-call is changed by text message',
    ],
    quotes: [
      'the analyser is faster than our roster',
      'weekends are always the same five names',
      'clinics call the wrong phone at three in the morning',
      'we bought a building before we had a plan for it',
    ],
  },
];
