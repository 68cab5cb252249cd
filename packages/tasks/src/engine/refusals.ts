/** What every task refuses before it runs. */
import { InvalidArgumentError } from '@albert-web/errors';
import { UnsupportedTaskError } from '../errors.ts';
import type { Session } from './session.ts';

/** The refusal of a task the model has no head for. */
export function wrongHead(session: Session, task: string, needs: string): UnsupportedTaskError {
  const has = session.inference.sentence ? 'a sentence encoder' : `an ALBERT with the head ${session.head}`;
  return new UnsupportedTaskError(task, has, needs);
}

/** @throws InvalidArgumentError */
export function refuseEmpty(text: string): void {
  if (typeof text === 'string' && text.trim() !== '') return;
  throw new InvalidArgumentError({
    problem: typeof text === 'string' ? 'A text is empty' : `A text is ${typeof text}, not a string`,
    expected: 'Expected at least one character that is not a space',
    remedy: 'Leave the row out, or fill it in',
  });
}
