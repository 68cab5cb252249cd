/** A table as returned by `readTable` of `albert-web/training`: thirty sentences in two classes. */
const weather = [
  'It rained all night.',
  'The sun came out after the storm.',
  'Snow fell on the hills this morning.',
  'A cold wind blew from the north.',
  'The fog was thick on the river.',
  'Tomorrow will be warm and dry.',
  'Clouds covered the sky before noon.',
  'It is freezing outside today.',
  'Thunder woke us at dawn.',
  'The heat lasted for three weeks.',
  'A light rain is falling in the valley.',
  'The frost killed the early flowers.',
  'Hail damaged the fields in spring.',
  'The evening was mild and clear.',
  'Heavy snow closed the mountain road.',
];
const money = [
  'The bank raised its interest rate.',
  'She paid the bill with her card.',
  'Shares of the company fell sharply.',
  'The loan must be paid back in May.',
  'He lost his wallet and all his cash.',
  'Our budget is too small this year.',
  'The price of gold went up again.',
  'They sold the house at a profit.',
  'Taxes are due at the end of April.',
  'I owe my sister twenty dollars.',
  'The salary is paid every month.',
  'Investors bought bonds last week.',
  'The shop gave me a refund.',
  'A new insurance costs less money.',
  'The firm could not pay its debts.',
];

export const table = {
  columns: ['sentence', 'label'],
  rows: [...weather.map((text) => [text, 'weather']), ...money.map((text) => [text, 'money'])],
};
