import type { Browser, BrowserContext } from 'playwright';
import { median } from './median.ts';
import type { FirstAnswer, FirstAnswerPlan } from './page/main.ts';
import type { CountingServer } from './serve.ts';

/** Medians over the rounds for one engine. */
export interface EngineReport {
  readonly engine: FirstAnswerPlan['engine'];
  /** Milliseconds from navigation to the first answer in a browser that never saw the page. */
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
  { engine: 'albert-web', model: 'ours/' },
  { engine: 'transformers.js', model: 'theirs' },
];

/** Each round opens every engine cold in a fresh profile, then once more warm; engines take turns. */
export async function measureFirstAnswers(
  browser: Browser,
  server: CountingServer,
  rounds: number,
): Promise<EngineReport[]> {
  const visits = plans.map((plan) => ({ plan, cold: new Array<Visit>(), warm: new Array<Visit>() }));
  for (let round = 0; round < rounds; round++) {
    for (const { plan, cold, warm } of visits) {
      const context = await browser.newContext();
      cold.push(await visit(context, server, plan));
      warm.push(await visit(context, server, plan));
      await context.close();
    }
  }
  return visits.map(({ plan, cold, warm }) => ({
    engine: plan.engine,
    coldMs: median(cold.map(({ ms }) => ms)),
    warmMs: median(warm.map(({ ms }) => ms)),
    coldBytes: median(cold.map(({ bytes }) => bytes)),
    warmBytes: median(warm.map(({ bytes }) => bytes)),
    modelBytes: median(cold.map(({ modelBytes }) => modelBytes)),
  }));
}

interface Visit {
  readonly ms: number;
  readonly bytes: number;
  readonly modelBytes: number;
}

async function visit(context: BrowserContext, server: CountingServer, plan: FirstAnswerPlan): Promise<Visit> {
  const page = await context.newPage();
  server.takeSent();
  await page.goto(server.url);
  const { ms } = await page.evaluate(async (plan) => {
    const scope = globalThis as unknown as { firstAnswer(plan: FirstAnswerPlan): Promise<FirstAnswer> };
    return scope.firstAnswer(plan);
  }, plan);
  await page.close();
  const sent = [...server.takeSent()];
  const sum = (counted: readonly (readonly [string, number])[]): number =>
    counted.reduce((sum, [, bytes]) => sum + bytes, 0);
  return {
    ms,
    bytes: sum(sent),
    modelBytes: sum(sent.filter(([path]) => path.startsWith(`/${plan.model.replace('/', '')}/`))),
  };
}
