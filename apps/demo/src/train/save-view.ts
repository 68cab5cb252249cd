/** Saves a trained model: keeps it in this browser, or downloads it as a folder. */
import { modelCard, type SavedFile, type SavedPrecision, type Session } from '@albert-web/training/session';
import { zipSync } from 'fflate';
import { download, find } from '../shared/dom.ts';
import { warnBeforeLeaving } from '../shared/leaving.ts';
import { keepModel } from '../models/kept-models.ts';
import type { Link } from '../shared/link-state.ts';
import { linkOf, linkedChoice } from '../models/model-choice.ts';
import type { ModelStore } from '../models/model-store.ts';
import { text } from '../strings/index.ts';

/** Starts the view. @param fail called with errors */
export function startSaving(session: Session, store: ModelStore, link: Link, fail: (error: unknown) => void): void {
  const buttons = ['train-keep', 'train-download'].map((id) => find(id, HTMLButtonElement));
  const status = find('train-saved', HTMLElement);
  const name = find('train-model-name', HTMLInputElement);
  const precision = find('train-precision', HTMLSelectElement);
  let unsaved = false;

  const files = async (): Promise<readonly SavedFile[]> => {
    const saved = await session.save(precision.value as SavedPrecision);
    const card = new TextEncoder().encode(session.state ? modelCard(modelName(), session.state) : '');
    return [...saved, ['README.md', card]];
  };
  const modelName = (): string => name.value.trim() || text.train.myModel;

  const save = async (task: () => Promise<string>): Promise<void> => {
    for (const button of buttons) button.disabled = true;
    status.textContent = text.train.writing;
    try {
      status.textContent = await task();
      unsaved = false;
    } catch (error) {
      status.textContent = '';
      fail(error);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  };

  find('train-keep', HTMLButtonElement).addEventListener('click', () => {
    void save(async () => {
      const address = await keepModel(modelName(), await files());
      const choice = linkedChoice({ model: address });
      link.update(linkOf(choice));
      void store.choose(choice);
      return text.train.kept;
    });
  });
  find('train-download', HTMLButtonElement).addEventListener('click', () => {
    void save(async () => {
      const folder = folderName(modelName());
      const entries = (await files()).map(([path, bytes]) => [`${folder}/${path}`, bytes] as const);
      // Not compressed, because weights hardly get smaller.
      const zip = zipSync(Object.fromEntries(entries), { level: 0 });
      download(`${folder}.zip`, new Blob([zip], { type: 'application/zip' }));
      return text.train.downloaded;
    });
  });

  session.subscribe(({ phase, evaluations, losses }) => {
    const trained = losses.length > 0 && (phase === 'paused' || phase === 'ended') && evaluations.length > 0;
    if (find('train-save', HTMLElement).hidden && trained) status.textContent = '';
    find('train-save', HTMLElement).hidden = !trained;
    unsaved = losses.length > 0 || phase !== 'ended';
  });
  warnBeforeLeaving(() => unsaved);
}

/** Converts a name to a folder name that is valid on every platform. */
function folderName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+|-+$/gu, '') || 'model';
}
