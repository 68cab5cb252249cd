// Takes screenshots of the built bench page: docs/screenshots/bench-*.webp.
import path from 'node:path';
import { takeScreenshots } from '../../apps/demo/scripts/take-screenshots.mjs';

const ready = (page) => page.locator('#status').filter({ hasText: 'Ready.' }).waitFor();
/** Opens the details and chooses the project's own report. */
const project = async (page, list) => {
  await page.locator('#details').evaluate((details) => (details.open = true));
  await page.getByLabel(list).selectOption({ index: 1 });
};

await takeScreenshots(
  {
    'bench-start': { kept: [], after: ready },
    // Shows a real run, which takes a few minutes on an idle machine.
    'bench-answer': {
      kept: ['wide-light', 'wide-dark', 'phone-light', 'phone-dark'],
      after: async (page) => {
        await ready(page);
        await page.getByRole('button', { name: 'Measure this computer' }).click();
        await page.locator('#status').filter({ hasText: 'Done.' }).waitFor({ timeout: 600_000 });
      },
    },
    'bench-form': {
      kept: [],
      inView: true,
      after: async (page) => {
        await ready(page);
        await page.locator('#details').evaluate((details) => (details.open = true));
        await page.locator('#plan-title').evaluate((title) => title.scrollIntoView());
      },
    },
    'bench-results': {
      kept: [],
      after: async (page) => {
        await ready(page);
        await project(page, 'Show');
        await page.locator('#latency svg').first().waitFor();
      },
    },
    'bench-comparison': {
      kept: [],
      inView: true,
      after: async (page) => {
        await ready(page);
        await project(page, 'Show');
        await project(page, 'Compare with');
        await page.locator('#results-title').evaluate((title) => title.scrollIntoView());
        await page.locator('#table small').filter({ hasText: 'the other run' }).first().waitFor();
      },
    },
  },
  { '/': path.join(import.meta.dirname, '../dist') },
);
