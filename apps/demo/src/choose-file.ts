/** A file that is picked, or dropped on a part of the page. */

/** Calls `take` with what `input` picks and what falls on `area`, which shows that it takes files. */
export function startChoosing(input: HTMLInputElement, area: HTMLElement, take: (file: File) => void): void {
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) take(file);
    input.value = '';
  });
  area.addEventListener('dragover', (event) => {
    event.preventDefault();
    event.stopPropagation();
    area.dataset['over'] = '';
  });
  area.addEventListener('dragleave', () => delete area.dataset['over']);
  area.addEventListener('drop', (event) => {
    delete area.dataset['over'];
    const [file] = event.dataTransfer?.files ?? [];
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    take(file);
  });
}
