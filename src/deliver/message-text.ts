// deliver: a laid-out message as plain text. Pure. Says the same as the HTML, in the same order.

import type { Layout } from './message-html.ts';

export function textOf(layout: Layout): string {
  const parts = [
    [layout.title, layout.kicker].filter(Boolean).join('\n'),
    layout.marks.map((mark) => `! ${mark}`).join('\n'),
    layout.lead.join('\n'),
    layout.due ? `${layout.due.late ? 'LATE' : 'DUE'}: ${layout.due.label}\n${layout.due.when}` : '',
    `Open this handoff:\n${layout.link}`,
    layout.rows.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    ...layout.quotes.map(({ label, text }) => `${label}\n${text.replace(/^/gm, '> ')}`),
    `--\n${layout.footer}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
