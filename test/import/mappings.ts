// What the columns of the collected files mean: mapping files as somebody would write them, and how to find the data.
// The files lie outside the checkout; BATON_EVAL_DATA names their folder.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const dataFolder = resolve(import.meta.dirname, '../..', process.env.BATON_EVAL_DATA ?? '../shared/data');
export const hasData = existsSync(join(dataFolder, 'sales')) && existsSync(join(dataFolder, 'people'));

export const FILES = {
  olistLeads: 'sales/olist/marketing_qualified_leads.through-2018-03.csv',
  olistDeals: 'sales/olist/closed_deals.through-2018-03.csv',
  mavenTeams: 'sales/maven-crm/sales_teams.csv',
  mavenAccounts: 'sales/maven-crm/accounts.csv',
  mavenProducts: 'sales/maven-crm/products.csv',
  mavenPipeline: 'sales/maven-crm/sales_pipeline.csv',
  worksPeople: 'people/adventureworks/SalesPerson.csv',
  worksStores: 'people/adventureworks/Store.csv',
  education: 'sales/leads-x-education/eval_leads.49rows.csv',
} as const;

export const MAPPINGS = {
  /** One row names both people of a deal; two people stand on both sides. */
  olistPeople: `
kind: people
each:
  - { id: sdr_id, roles: { constant: sdr } }
  - { id: sr_id, roles: { constant: ae } }
`,
  olistLeads: `
kind: leads
columns:
  id: mql_id
  fields.origin: origin
  fields.landing_page: landing_page_id
  fields.first_contact: { column: first_contact_date, type: date, format: YYYY-MM-DD }
`,
  /** The only time that is known is that of the deal; where it is local midnight, it is a date without a time. */
  olistHandoffs: `
kind: handoffs
dates: { format: "YYYY-MM-DD HH:mm:ss", zone: UTC }
columns:
  id: mql_id
  subject: mql_id
  transition: { constant: sdr-to-ae }
  sender: sdr_id
  receiver: sr_id
  opened: won_date
  closed: won_date
  outcome: { constant: won }
  source: { constant: olist }
  fields.business_segment: { column: business_segment, blank-is-fine: true }
  fields.lead_type: lead_type
marks:
  - { mark: date-only, when: { column: won_date, midnight-in: America/Sao_Paulo } }
`,
  mavenPeople: `
kind: people
each:
  - id: { template: "{sales_agent|slug}" }
    name: sales_agent
    roles: { constant: ae }
    team: { template: "{manager|slug}" }
    territories: regional_office
  - id: { template: "{manager|slug}" }
    name: manager
    roles: { constant: manager }
    team: { template: "{manager|slug}" }
    territories: regional_office
`,
  mavenTeams: `
kind: teams
columns:
  id: { template: "{manager|slug}" }
  name: { template: "{regional_office}: {manager}" }
  lead: { template: "{manager|slug}" }
`,
  mavenAccounts: `
kind: accounts
columns:
  id: account
  account: { column: subsidiary_of, blank-is-fine: true }
  fields.employees: { column: employees, type: int }
  fields.revenue: { column: revenue, type: double }
rest: fields
`,
  mavenOpportunities: `
kind: opportunities
columns:
  id: opportunity_id
  owner: { template: "{sales_agent|slug}" }
  account: account
  stage: { column: deal_stage, values: { Won: won, Lost: lost, Engaging: engaging, Prospecting: prospecting } }
  fields.product: product
  fields.engaged: { column: engage_date, type: date, blank-is-fine: true }
  fields.closed: { column: close_date, type: date, blank-is-fine: true }
  fields.value: { column: close_value, type: int, blank-is-fine: true }
`,
  worksPeople: `
kind: people
file: { delimiter: tab, columns: [id, territory, quota, bonus, commission, this_year, last_year, guid, modified] }
columns:
  id: id
  roles: { constant: ae }
  territories:
    column: territory
    values: { "1.0": Northwest, "2.0": Northeast, "3.0": Central, "4.0": Southwest, "5.0": Southeast, "6.0": Canada, "7.0": France, "8.0": Germany, "9.0": Australia, "10.0": United Kingdom }
`,
  /** Quotes stand inside cells; five names are quoted with ^ and hold the delimiter. */
  worksStores: `
kind: accounts
file: { quote: none, columns: [id, name, owner, survey, guid, modified] }
columns: { id: id, fields.name: name, owner: owner }
`,
  education: `
kind: leads
nulls: [Select]
columns:
  id: Prospect ID
  also.lead-number: Lead Number
  fields.visits: { column: TotalVisits, type: int }
  fields.converted: { column: Converted, type: bool }
rest: fields
`,
} as const;
