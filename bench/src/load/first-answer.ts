import type { Browser, BrowserContext } from 'playwright';
import { median } from '../measure/statistics.ts';
import type { FirstAnswerPlan } from './page/main.ts';
import { bytesUnder, visit, withFreshProfile } from './visits.ts';

/** Medians over the rounds for one engine. */
export interface EngineReport {
  readonly engine: FirstAnswerPlan['engine'];
  readonly model: string;
  /** Milliseconds from navigation to the first answer in a browser that has never visited the page. */
  readonly coldMs: number;
  /** The same on the second visit. */
  readonly warmMs: number;
  /** Bytes over the wire, code included. */
  readonly coldBytes: number;
  readonly warmBytes: number;
  /** Bytes of the model's folder over the wire, cold. */
  readonly modelBytes: number;
}

const plans: readonly FirstAnswerPlan[] = [
  { engine: 'albert-web', model: 'ours' },
  { engine: 'transformers.js', model: 'theirs' },
  { engine: 'albert-web', model: 'default' },
];

interface Answered {
  readonly ms: number;
  readonly bytes: number;
  readonly modelBytes: number;
}

/** Each round opens every engine in a fresh profile, first cold and then warm. Engines take turns. */
export async function measureFirstAnswers(browser: Browser, url: string, rounds: number): Promise<EngineReport[]> {
  const visits = plans.map((plan) => ({ plan, cold: new Array<Answered>(), warm: new Array<Answered>() }));
  for (let round = 0; round < rounds; round++) {
    for (const { plan, cold, warm } of visits) {
      await withFreshProfile(browser, async (context) => {
        cold.push(await answer(context, url, plan));
        warm.push(await answer(context, url, plan));
      });
    }
  }
  return visits.map(({ plan, cold, warm }) => ({
    ...plan,
    coldMs: median(cold.map(({ ms }) => ms)),
    warmMs: median(warm.map(({ ms }) => ms)),
    coldBytes: median(cold.map(({ bytes }) => bytes)),
    warmBytes: median(warm.map(({ bytes }) => bytes)),
    modelBytes: median(cold.map(({ modelBytes }) => modelBytes)),
  }));
}

async function answer(context: BrowserContext, url: string, plan: FirstAnswerPlan): Promise<Answered> {
  return visit(context, url, { name: 'localhost' }, async ({ loadPage, sent }) => {
    const { ms } = await loadPage.evaluate((page, plan) => page.firstAnswer(plan), plan);
    const bytes = await sent();
    return { ms, bytes: bytesUnder(bytes, '/'), modelBytes: bytesUnder(bytes, `/${plan.model}/`) };
  });
}
