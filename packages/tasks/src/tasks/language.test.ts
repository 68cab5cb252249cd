import { describe, expect, it } from 'vitest';
import { loadTokenizer } from '@albert-web/tokenizer';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { otherLanguage, wholeWords } from './language.ts';
import { frequentWords } from './language-words.ts';

describe('the language of a text, for a model that reads English', () => {
  it.each([
    ['de', 'Die Katze schläft auf dem Sofa.'],
    ['de', 'Wo ist der Bahnhof?'],
    ['de', 'Ich habe Hunger.'],
    ['de', 'Hast du Zeit?'],
    ['de', 'Ein Mann spielt Gitarre.'],
    ['de', 'DIE BANK HAT DEN ZINS ERHÖHT.'],
    ['fr', 'La banque a augmenté son taux, mais le client ne le sait pas.'],
    ['fr', 'Je ne sais pas.'],
    ['es', 'El gato duerme en el sofá.'],
    ['es', '¿Dónde está la estación?'],
    ['it', 'Il gatto non dorme sul divano.'],
    ['pt', 'Eu não sei onde está o gato.'],
    ['nl', 'De kat slaapt niet op de bank.'],
    ['pl', 'Kot śpi na kanapie.'],
    ['cs', 'Nevím, kde je kočka, protože už nespí.'],
    ['sk', 'Neviem, kde je mačka, pretože už nespí.'],
    ['tr', 'Kedi kanepede uyuyor ama köpek bahçede değil.'],
    ['vi', 'Con mèo đang ngủ trên ghế.'],
    ['sw', 'Paka analala kwenye kiti na mbwa yake.'],
    ['sv', 'Katten sover inte på soffan.'],
    ['fi', 'Kissa ei ole sohvalla, mutta koira on.'],
    ['hu', 'A macska nem alszik, hanem az egeret nézi.'],
    ['ro', 'Pisica doarme pe canapea și nu vrea să iasă.'],
    ['tl', 'Ang pusa ay natutulog sa sopa.'],
    // Related languages share most of their frequent words.
    ['und', 'Mačka ne spava na kauču.'],
    ['und', 'Kucing itu sedang tidur di sofa.'],
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
    'Kim Jong-un Executed His Uncle',
    'Federer captures 7th Wimbledon title',
    "co-writer/director peter jackson 's expanded vision",
    'Crème brûlée, jalapeño, piñata, smörgåsbord and pączki!',
    'Novak Đoković beat Łukasz Kubot, Tomáš Berdych and Radek Štěpánek.',
    'Đoković vs Štěpánek',
    'no way',
    '12 + 30 = 42',
    '',
  ])('is not reported for: %s', (text) => {
    expect(otherLanguage(text, ['en'])).toBeUndefined();
  });
});

it('is not another language if the model reads it too, whatever the region', () => {
  expect(otherLanguage('Die Katze schläft auf dem Sofa.', ['en', 'de-CH'])).toBeUndefined();
  expect(otherLanguage('Кошка спит на диване.', ['uk'])).toBeUndefined();
  expect(otherLanguage('今天天气很好。', ['zh-CN'])).toBeUndefined();
});

it('is reported for English too', () => {
  expect(otherLanguage('The cat is sleeping on the sofa.', ['de'])).toBe('en');
});

it('is not guessed for a model of a language without a word list', () => {
  expect(otherLanguage('Die Katze schläft auf dem Sofa.', ['ha-Arab', 'fo'])).toBeUndefined();
});

describe('a language without a word list', async () => {
  const file = path.join(import.meta.dirname, '../../../../weights/default/spiece.model');
  const isWhole = wholeWords(loadTokenizer({ 'spiece.model': new Uint8Array(await readFile(file)) }));

  it.each([
    ['Zulu', 'Ikati lilele kusofa futhi alifuni ukuphuma'],
    ['Malagasy', 'Nampiakatra ny zanabola ny banky omaly hariva ary tsy faly ny mpanjifa.'],
    ['Javanese', 'Bocah-bocah padha dolanan layangan ing sawah cedhak omahe simbah.'],
    ['Uzbek', 'Mushuk divanda uxlayapti, lekin kuchuk hovlida yuribdi.'],
  ])('is detected because the vocabulary splits its words: %s', (_, text) => {
    expect(otherLanguage(text, ['en'], isWhole)).toBeDefined();
  });

  it.each([
    'Federer captures 7th Wimbledon title',
    'overwrought , melodramatic bodice-ripper',
    'weighty revelations , flowery dialogue , nuanced performance',
    'Hosni Mubarak retrial adjourned until 8 June',
    'kotlin nginx kubectl',
    'Shaurya bharadwaj shifuji?',
    'asdf qwertz',
  ])('is not reported for: %s', (text) => {
    expect(otherLanguage(text, ['en'], isWhole)).toBeUndefined();
  });

  it('is not guessed with a vocabulary that also splits English words', () => {
    expect(wholeWords({ vocabSize: 1000, encode: () => expect.fail('asked') } as never)).toBeUndefined();
  });
});

describe('the lists of words', () => {
  it.each(Object.entries(frequentWords))('has no word twice: %s', (_, words) => {
    const list = words.split(/\s+/u);
    expect(list.filter((word, index) => list.indexOf(word) !== index)).toEqual([]);
  });
});
