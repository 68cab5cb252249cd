import { describe, expect, it } from 'vitest';
import { otherLanguage } from './language.ts';

describe('the language of a text, for a model that reads English', () => {
  it.each([
    ['de', 'Die Katze schläft auf dem Sofa.'],
    ['de', 'Wo ist der Bahnhof?'],
    ['de', 'DIE BANK HAT DEN ZINS ERHÖHT.'],
    ['fr', 'La banque a augmenté son taux, mais le client ne le sait pas.'],
    ['fr', 'Je ne sais pas.'],
    ['es', 'El gato duerme en el sofá.'],
    ['es', '¿Dónde está la estación?'],
    ['it', 'Il gatto non dorme sul divano.'],
    ['pt', 'Eu não sei onde está o gato.'],
    ['nl', 'De kat slaapt niet op de bank.'],
    ['el', 'Η γάτα κοιμάται.'],
    ['he', 'החתול ישן על הספה.'],
    ['zh', '今天天气很好。'],
    ['ja', '猫がソファで寝ている。'],
    ['ko', '고양이가 자고 있다.'],
    ['und-Cyrl', 'Кошка спит на диване.'],
    ['und-Arab', 'رفع البنك سعر الفائدة.'],
  ])('is %s: %s', (language, text) => {
    expect(otherLanguage(text, ['en'])).toBe(language);
  });

  it.each([
    'The cat is sleeping on the sofa.',
    'Das Boot and Der Spiegel are German.',
    'Las Vegas, Los Angeles, El Paso, La Paz.',
    'Ha, ha, ha, ha!',
    'She ordered a café au lait in Zürich.',
    'iPhone 6 plus vs Huawei P9 plus?',
    'The Greek letters α and β, and the character 猫.',
    'Tokyo.',
    '12 + 30 = 42',
    '',
  ])('is not told of: %s', (text) => {
    expect(otherLanguage(text, ['en'])).toBeUndefined();
  });
});

it('is no other one where the model reads it too, in whatever region', () => {
  expect(otherLanguage('Die Katze schläft auf dem Sofa.', ['en', 'de-CH'])).toBeUndefined();
  expect(otherLanguage('Кошка спит на диване.', ['uk'])).toBeUndefined();
  expect(otherLanguage('今天天气很好。', ['zh-CN'])).toBeUndefined();
});

it('is told of English too', () => {
  expect(otherLanguage('The cat is sleeping on the sofa.', ['de'])).toBe('en');
});

it('is not guessed for a model of a language whose words are not known', () => {
  expect(otherLanguage('Die Katze schläft auf dem Sofa.', ['sv'])).toBeUndefined();
});
