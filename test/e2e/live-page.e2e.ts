// test: the live page in Chromium (CHROMIUM names it): what is there, that it is live, and that a person can act.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Product } from './product.ts';
import { ask, forget, newFolder, startProduct } from './product.ts';

const executablePath = process.env.CHROMIUM;
const screenshots = join(import.meta.dirname, '../../screenshots');

describe.runIf(executablePath !== undefined && executablePath !== '')('the live page', () => {
  let product: Product;
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    product = await startProduct(newFolder());
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  });

  afterAll(async () => {
    await browser?.close();
    await product?.end('SIGTERM');
    if (product !== undefined) forget(product.folder);
  });

  const openPage = async (
    options: { width?: number; height?: number; dark?: boolean } = {},
  ): Promise<{ page: Page; troubles: string[] }> => {
    const page = await browser.newPage({
      viewport: { width: options.width ?? 1400, height: options.height ?? 900 },
      colorScheme: options.dark === true ? 'dark' : 'light',
    });
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error') troubles.push(line.text());
    });
    await page.goto(product.url);
    await page.locator('[data-stage="accepted"] > li').first().waitFor();
    return { page, troubles };
  };

  test('every stage has handoffs with a company, who has it, a next step and a clock; no script fails', async () => {
    const { page, troubles } = await openPage();
    for (const stage of ['preparing', 'offered', 'accepted', 'returned']) {
      const first = page.locator(`[data-stage="${stage}"] > li`).first();
      await expect.poll(() => first.textContent()).toMatch(/Next:/);
      expect(await first.textContent()).toMatch(/on time|due soon|late|paused/);
    }
    await page.screenshot({ path: join(screenshots, 'live-desktop.png') });
    expect(troubles).toEqual([]);
    await page.close();
  });

  test('an act done elsewhere shows in every open page without a reload, and markup in a name stays text', async () => {
    const [one, two] = [await openPage(), await openPage()];
    const company = `Lumen & Söhne <b>${Date.now()}</b>`;
    await ask(product, 'POST', '/api/v1/events', {
      specversion: '1.0',
      id: company,
      source: 'e2e',
      type: 'demo-requested',
      data: {
        subject: { type: 'email', value: 'live@example.com' },
        fields: { company, employees: 300, country: 'DE', contact: 'Jo' },
      },
    });
    for (const { page } of [one, two]) await page.getByText(company, { exact: false }).first().waitFor();
    await one.page.close();
    await two.page.close();
  });

  test('accepting in one page, by keyboard alone, moves the card in both when the ledger has answered', async () => {
    const [one, two] = [await openPage(), await openPage()];
    const button = one.page.locator('[data-stage="offered"] > li button').first();
    await button.waitFor();
    const id = await button.locator('xpath=ancestor::li[@data-id][1]').getAttribute('data-id');
    expect(id).toBeTruthy();
    await button.focus();
    await one.page.keyboard.press('Enter');
    for (const { page } of [one, two]) await page.locator(`[data-stage="accepted"] > li[data-id="${id}"]`).waitFor();
    await one.page.close();
    await two.page.close();
  });

  test('on a phone nothing runs out of the screen, and dark mode is dark', async () => {
    const { page } = await openPage({ width: 360, height: 740, dark: true });
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(360);
    const background = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const [r = 255, g = 255, b = 255] = (background.match(/\d+/g) ?? []).map(Number);
    expect(r + g + b).toBeLessThan(200);
    await page.screenshot({ path: join(screenshots, 'live-phone-dark.png') });
    await page.close();
  });

  test('without the demo session the page asks for a key and shows nothing', async () => {
    const own = await startProduct(newFolder(), ['--no-demo']);
    const page = await browser.newPage();
    await page.goto(own.url);
    await page.getByLabel('API key').waitFor();
    expect(await page.locator('[data-stage] > li').count()).toBe(0);
    await page.close();
    await own.end('SIGTERM');
    forget(own.folder);
  });
});
