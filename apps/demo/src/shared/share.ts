/** The buttons that copy a link to the page as it stands. */
import { text } from '../strings/index.ts';
import { fitsLink, type Link } from './link-state.ts';

/** Milliseconds for which a button says what came of it. */
const answerTime = 2000;

/** Starts them all. */
export function startSharing(link: Link): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('.share')) {
    const label = button.textContent;
    button.addEventListener('click', () => {
      void share(link).then((outcome) => {
        button.textContent = outcome;
        return setTimeout(() => (button.textContent = label), answerTime);
      });
    });
  }
}

/** Copies the address. @returns what became of it, for people. */
async function share(link: Link): Promise<string> {
  if (!fitsLink(link.state)) return text.share.tooLong;
  try {
    await navigator.clipboard.writeText(location.href);
    return text.share.copied;
  } catch {
    // The browser does not let the page write to the clipboard.
    return text.share.copyAddress;
  }
}
