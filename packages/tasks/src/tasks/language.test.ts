import { describe, expect, it } from 'vitest';
import { loadTokenizer } from '@albert-web/tokenizer';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { alphabets, frequentWords } from './language-words.ts';
import { otherLanguage, wholeWords } from './language.ts';

describe('the language of a text, for a model that reads English', () => {
  it.each([
    ['de', 'Die Katze schläft auf dem Sofa.'],
    ['de', 'Wo ist der Bahnhof?'],
    ['de', 'Ich habe Hunger.'],
    ['de', 'Hast du Zeit?'],
    ['de', 'Ein Mann spielt Gitarre.'],
    ['de', 'DIE BANK HAT DEN ZINS ERHÖHT.'],
    ['de', 'Morgen früh fährt Müller täglich nördlich vorbei.'],
    ['de', 'Heftiger Regen überflutet größere Straßen.'],
    ['de', 'Zwei Brüder führen ihr Geschäft weiter.'],
    ['de', 'Schöne Grüße aus München'],
    ['ca', 'El gat dorm al sofà.'],
    ['ca', 'El banc ha pujat els tipus d’interès.'],
    ['ca', 'On és l’estació?'],
    ['ca', 'M’agrada molt aquest llibre.'],
    ['es', 'La niña lee un libro en el parque.'],
    ['es', 'El banco ha subido los tipos de interés.'],
    ['hu', 'Délelőtt többször esett, délután kisütött.'],
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
    'Zürich',
    'Beyoncé',
    'naïve café',
    'São Paulo',
    'Zürich and São Paulo',
    'Beyoncé vs Jay-Z',
    'BEYONCÉ IN SÃO PAULO',
    'THE CAFÉ IN ZÜRICH IS CLOSED',
    'Angela Merkel met Gerhard Schröder in Köln.',
    'Antonín Dvořák, Bedřich Smetana and Leoš Janáček were Czech.',
    'Häagen-Dazs ice cream',
    'Citroën ë-C3',
    'Škoda Kodiaq 2.0 TDI',
    'Nestlé Nescafé crème',
    'Mötley Crüe, Motörhead',
    'Pokémon Go',
    'Über Eats',
    'résumé, protégé, fiancée',
    'Señor Peña’s piñata',
    'déjà vu',
    'El Niño',
    'en route',
    'Lindl et al.',
    'MÜNCHEN',
    'ASAP PLEASE',
    'modifier -y without format -l makes no sense',
    '12 + 30 = 42',
    '',
  ])('is not reported for: %s', (text) => {
    expect(otherLanguage(text, ['en'])).toBeUndefined();
  });
});

describe('the lists of words', () => {
  it.each(Object.entries(frequentWords))('has no word twice: %s', (_, words) => {
    const list = words.split(/\s+/u);
    expect(list.filter((word, index) => list.indexOf(word) !== index)).toEqual([]);
  });

  it.each(Object.entries(frequentWords).filter(([language]) => language !== 'en'))(
    'makes no language of words that are English too: %s',
    (_, words) => {
      const english = new Set(frequentWords['en']?.split(/\s+/u));
      const shared = words.split(/\s+/u).filter((word) => english.has(word));
      expect(otherLanguage(shared.join(' '), ['en'])).toBeUndefined();
    },
  );

  it('has an alphabet for each language', () => {
    expect(Object.keys(alphabets).toSorted()).toEqual(Object.keys(frequentWords).toSorted());
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
