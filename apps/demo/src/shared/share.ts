/** The buttons that copy a link to the current state of the page. */
import { text } from '../strings/index.ts';
import { fitsLink, type Link } from './link-state.ts';

/** Milliseconds for which a button shows the outcome. */
const answerTime = 2000;

/** Starts all these buttons. */
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

/** Copies the address. @returns the outcome as a text */
async function share(link: Link): Promise<string> {
  if (!fitsLink(link.state)) return text.share.tooLong;
  try {
    await navigator.clipboard.writeText(location.href);
    return text.share.copied;
  } catch {
    // The browser does not allow the page to write to the clipboard.
    return text.share.copyAddress;
  }
}
