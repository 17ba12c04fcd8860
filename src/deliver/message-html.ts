// deliver: a laid-out message as an HTML mail. Pure, and the only place that writes HTML here: text enters through
// `safe` alone. Tables and inline styles are what mail programs draw alike; a style block adds the dark colours.
// Promises: readable without pictures or scripts, one link, no form, state told by word and shape before colour.

/** A message ready to be laid out: every text is already one line, or lines, of plain characters. */
export type Layout = {
  title: string;
  kicker: string;
  marks: string[];
  lead: string[];
  due?: { late: boolean; label: string; when: string };
  rows: { label: string; value: string }[];
  quotes: { label: string; text: string }[];
  link: string;
  footer: string;
};

const FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

const STYLE = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (max-width:600px){.pad{padding:20px!important}.open a{display:block!important;text-align:center!important}}
@media (prefers-color-scheme:dark){
.page{background:#14171a!important}.card{background:#1e2327!important;border-color:#353c42!important}
.ink{color:#eef1f3!important}.soft{color:#aab3bb!important}.line{border-color:#353c42!important}
.due{background:#172a38!important;border-color:#58b4e8!important}
.late{background:#3a2116!important;border-color:#ff9a5c!important}
.open a{background:#58b4e8!important;color:#0c1216!important}}`;

/** Escaped for text and for double-quoted attributes. */
function safe(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function lines(text: string): string {
  return safe(text).replaceAll('\n', '<br>');
}

export function htmlOf(layout: Layout): string {
  const title = safe(layout.title);
  return `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f3f5f6">
<div style="display:none;max-height:0;overflow:hidden" aria-hidden="true">${safe(preview(layout))}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f3f5f6"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;background:#ffffff;border:1px solid #d9dfe3;border-radius:10px"><tr><td class="pad ink" dir="auto" style="padding:32px;${FONT};font-size:16px;line-height:1.5;color:#1b2227">
<p class="soft" style="margin:0 0 8px;font-size:14px;color:#59656e">${['Baton', layout.kicker].filter(Boolean).map(safe).join(' · ')}</p>
<h1 class="ink" style="margin:0 0 16px;font-size:22px;line-height:1.3;font-weight:600;color:#1b2227">${title}</h1>
${layout.marks.map((mark) => `<p class="ink" style="margin:0 0 12px;font-weight:600;color:#1b2227">▲ ${safe(mark)}</p>\n`).join('')}${layout.lead.map((text) => `<p style="margin:0 0 12px"><bdi>${safe(text)}</bdi></p>\n`).join('')}${dueBox(layout.due)}${openLink(layout.link)}${rowTable(layout.rows)}${layout.quotes.map(quoteBlock).join('')}<p class="soft line" style="margin:28px 0 0;padding:16px 0 0;border-top:1px solid #d9dfe3;font-size:13px;color:#59656e">${safe(layout.footer)}</p>
</td></tr></table>
</td></tr></table>
</body>
</html>
`;
}

/** What a list of mails shows beside the subject: the deadline before anything else. */
function preview(layout: Layout): string {
  return layout.due ? `${layout.due.late ? 'Late' : 'Due'}: ${layout.due.when}` : layout.lead.join(' ');
}

function dueBox(due: Layout['due']): string {
  if (!due) return '';
  const [kind, word, colours] = due.late
    ? ['late', '▲ Late', 'background:#fff1e8;border-left:4px solid #b34700']
    : ['due', '● Due', 'background:#eaf4fb;border-left:4px solid #0072b2'];
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:16px 0"><tr><td class="${kind} ink" style="padding:12px 16px;${colours};${FONT};font-size:16px;line-height:1.5;color:#1b2227"><strong>${word}: <bdi>${safe(due.label)}</bdi></strong><br><bdi>${safe(due.when)}</bdi></td></tr></table>
`;
}

function openLink(link: string): string {
  return `<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:20px 0"><tr><td class="open"><a href="${safe(link)}" style="display:inline-block;padding:13px 24px;border-radius:8px;background:#00598c;${FONT};font-size:16px;line-height:1.2;font-weight:600;color:#ffffff;text-decoration:none">Open this handoff</a></td></tr></table>
`;
}

function rowTable(rows: Layout['rows']): string {
  if (rows.length === 0) return '';
  const cell = `padding:8px 0;border-top:1px solid #d9dfe3;${FONT};font-size:15px;line-height:1.5;text-align:left;vertical-align:top`;
  const body = rows.map(
    ({ label, value }) =>
      `<tr><th scope="row" class="soft line" width="34%" style="${cell};padding-right:12px;font-weight:400;color:#59656e"><bdi>${safe(label)}</bdi></th><td class="ink line" style="${cell};color:#1b2227"><bdi>${safe(value)}</bdi></td></tr>`,
  );
  return `<table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:20px 0 0;border-collapse:collapse">${body.join('')}</table>
`;
}

function quoteBlock({ label, text }: Layout['quotes'][number]): string {
  return `<h2 class="soft" style="margin:22px 0 4px;font-size:14px;line-height:1.4;font-weight:600;color:#59656e"><bdi>${safe(label)}</bdi></h2>
<p class="ink" dir="auto" style="margin:0;color:#1b2227">${lines(text)}</p>
`;
}
