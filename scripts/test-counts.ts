/** A Vitest reporter that adds a line per project to the file `TEST_COUNTS`, from which `npm test` makes its summary table. */
import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

export interface ProjectCounts {
  readonly project: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
}

export class TestCounts implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const file = process.env['TEST_COUNTS'];
    if (!file) return;
    for (const project of new Set(modules.map(({ project }) => project.name))) {
      const counts = countsOf(
        project,
        modules.filter((module) => module.project.name === project),
      );
      appendFileSync(file, `${JSON.stringify(counts)}\n`);
    }
  }
}

function countsOf(project: string, modules: readonly TestModule[]): ProjectCounts {
  const states = modules.flatMap((module) => Array.from(module.children.allTests(), (test) => test.result().state));
  const count = (state: string): number => states.filter((each) => each === state).length;
  const milliseconds = modules.reduce((sum, module) => sum + module.diagnostic().duration, 0);
  return {
    project,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    seconds: Math.round(milliseconds / 1000),
  };
}
