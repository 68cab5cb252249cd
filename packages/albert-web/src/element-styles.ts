/** Plain default styles in the page's own font and colors. The page can style `::part(verdict)`. */
export const elementStyles = `
:host { display: grid; gap: 0.75rem; max-width: 40rem; }
:host([hidden]) { display: none; }
label { display: grid; gap: 0.25rem; font-size: 0.875em; }
textarea {
  font: inherit; font-size: 1rem; color: inherit; background: transparent; resize: vertical;
  padding: 0.5rem 0.75rem; border: 1px solid color-mix(in srgb, currentColor 55%, transparent); border-radius: 0.5rem;
}
progress { width: 100%; }
progress[hidden] { display: none; }
p { margin: 0; min-height: 1.5em; border-inline-start: 0.25rem solid transparent; padding-inline-start: 0.5rem; }
p[data-kind='same'] { border-color: #15803d; }
p[data-kind='different'] { border-color: #b45309; }
p:is([data-kind='unsure'], [data-kind='unreadable'], [data-kind='other-language']) { border-color: #a16207; border-inline-start-style: dashed; }
p[data-kind='error'] { border-color: #b91c1c; }
p[aria-busy='true'] { opacity: 0.6; }
`;
