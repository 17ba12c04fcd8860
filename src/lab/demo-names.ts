// lab: names and words that the demo's prospects are made of: companies, people, titles, countries, the tools they plan with.
// All of it is invented.

export const STEMS: readonly string[] =
  'Halden,Marlow,Brightwater,Oakhurst,Tarn,Sundby,Calder,Verano,Aldermoor,Norrvik,Kestrel,Bellamy,Ostrava,Pinehill,Lindgren,Solway,Arroyo,Castellan,Dunmore,Everly,Fairholm,Granby,Hollis,Ingram,Juniper,Kirkwall,Larkspur,Monteverde,Nordhaven,Orchard,Pembury,Quayside,Ravensworth,Silvan,Thornbury,Ullswater,Valmont,Westbrook,Yarrow,Zephyr,Amberley,Brenta,Cobalt,Delmar,Elmstead,Foxglove,Glenmore,Harrow,Isar,Jasper,Kestler,Lomond,Meridian,Neckar,Osprey,Pallas,Rothwell,Sable,Tamar,Umbria,Vindel,Wexford,Alder & Finch,Moor & Sons,Vega,Kirchner,Baumgart,Okafor Brothers,Castro & Lima,Rao,Mehta,Kangaroo Point,Harbourline,Redgum,Bluegum,Tasman,Coral Bay,Prairie,Great Lakes,Hudson,Cascade,Blue Ridge,Lakeshore,Ironwood,Copperfield,Three Rivers,Stonebridge,Eastgate,Millrace,Northfield,Southbank,Whitcombe,Almeida,Duarte,Fontaine,Leclerc,Moreau,Bianchi,Ferraro,Kowalski'.split(
    ',',
  );

export const FIRST_NAMES: readonly string[] =
  'Marta,Jonah,Priya,Elena,Owen,Sofia,Daniel,Ingrid,Rafael,Amara,Lukas,Chiara,Henrik,Leila,Tomas,Noor,Grace,Victor,Anika,Samuel,Irene,Mateus,Julia,Kofi,Hannah,Diego,Yuki,Felix,Naomi,Anders,Clara,Ravi,Beatriz,Oskar,Fatima,George,Linnea,Arjun,Camille,Pedro,Astrid,Malik,Rosa,Stefan,Mei,Patrick,Alice,Ibrahim,Vera,Emil,Nadia,Liam,Greta,Joaquin,Sara,Bruno,Edith,Kiran,Helena,Marcus'.split(
    ',',
  );

export const LAST_NAMES: readonly string[] =
  'Ollila,Berger,Nair,Castellanos,Whitfield,Moretti,Sorensen,Haddad,Novak,Achebe,Lindholm,Fischer,Romano,Khan,Duarte,Petersen,Olsen,Weiss,Tanaka,Fraser,Santos,Keane,Bergstrom,Iyer,Laurent,Kovacs,Murphy,Steiner,Okoye,Varga,Delgado,Hughes,Jansen,Kaur,Brandao,Schneider,Marsh,Nakamura,Adeyemi,Horvat,Lang,Reid,Costa,Winters,Sandoval,Bauer,Eriksen,Chaudhry,Dubois,Mancini,Gallagher,Vogt,Pereira,Sinclair,Zeman,Aguilar,Hartley,Vos,Mbeki,Lund'.split(
    ',',
  );

export const TITLES: readonly string[] = [
  'Head of Operations',
  'Operations Director',
  'COO',
  'Planning Lead',
  'Field Service Manager',
  'HR Director',
  'Regional Manager',
  'Head of Workforce Planning',
  'Managing Director',
  'Head of Digital',
];

export const COUNTRIES: readonly string[] = [
  'Germany',
  'United States',
  'United Kingdom',
  'India',
  'Australia',
  'Netherlands',
  'Sweden',
  'Spain',
  'France',
  'Canada',
  'Austria',
  'New Zealand',
];

/** What they plan with today; `contract` where it is something that can end. */
export const STACKS: readonly { says: string; tool: string; contract?: string }[] = [
  { says: 'spreadsheets and a group chat', tool: 'the spreadsheets' },
  { says: 'a home-grown database from 2014', tool: 'the old database' },
  { says: 'RotaBoard, contract ends in March', tool: 'RotaBoard', contract: 'RotaBoard' },
  { says: 'paper at the sites, an ERP for payroll', tool: 'the paper plans' },
  { says: 'ShiftPilot for two sites, spreadsheets for the rest', tool: 'ShiftPilot', contract: 'ShiftPilot' },
  { says: 'an ERP module that nobody likes', tool: 'the ERP module', contract: 'the ERP module' },
  { says: 'a shared calendar and a whiteboard', tool: 'the whiteboard' },
  { says: 'TourPlan 7, no longer supported', tool: 'TourPlan', contract: 'TourPlan' },
  { says: 'three different tools after two mergers', tool: 'the three tools' },
  { says: 'a planning office with telephones', tool: 'the phone lists' },
];

/** The form of a verb that a sentence about an activity takes. */
const GERUNDS: Readonly<Record<string, string>> = {
  Plan: 'planning',
  Keep: 'keeping',
  Swap: 'swapping',
  Show: 'showing',
  Fill: 'filling',
  Bill: 'billing',
  Give: 'giving',
  Match: 'matching',
  Send: 'sending',
  Track: 'tracking',
  Let: 'letting',
  Approve: 'approving',
  Share: 'sharing',
  Stop: 'stopping',
  Bring: 'bringing',
  Publish: 'publishing',
  Prove: 'proving',
  Dispatch: 'dispatching',
  Merge: 'merging',
  See: 'seeing',
  Cut: 'cutting',
  Cover: 'covering',
  Build: 'building',
  Pay: 'paying',
  Rebuild: 'rebuilding',
  Book: 'booking',
  Settle: 'settling',
  Open: 'opening',
  Reduce: 'reducing',
};

/** 'Plan night shifts' as 'planning night shifts'. */
export function gerundOf(use: string): string {
  const [verb = '', ...rest] = use.split(' ');
  const known = GERUNDS[verb];
  if (known === undefined) throw new Error(`"${use}" begins with "${verb}", which has no gerund in the table.`);
  return [known, ...rest].join(' ');
}
