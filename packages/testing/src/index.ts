/** What tests share: fixtures, seeded numbers, the backend under test. Never imported by a product package. */
export { erf, exactActivation } from './activation.ts';
export { backendUnderTest, testWasmFiles, useBackendUnderTest } from './backend.ts';
export { maxAbsDiff, seededRandom, type Random } from './numbers.ts';
export { fixtureUrl, readFixture, readFixtureJson, shippedModel } from './fixtures.ts';
export {
  choicesOf,
  flattenNumbers,
  goldenInputs,
  goldenModels,
  goldenVocabulary,
  pickRows,
  plainWeights,
  randomWeights,
  readGoldenModel,
  type GoldenCase,
  type GoldenModel,
  type NestedNumbers,
  type PlainTensor,
  type PlainWeights,
} from './goldens.ts';
