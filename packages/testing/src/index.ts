/** Shared by tests: fixtures, seeded numbers, the backend under test. Never imported by a product package. */
export { erf, exactActivation } from './activation.ts';
export { backendUnderTest, testWasmFiles, useBackendUnderTest } from './backend.ts';
export { maxAbsDiff, seededRandom, type Random } from './numbers.ts';
export { fixtureUrl, readFixture, readFixtureJson, shippedModel } from './fixtures.ts';
export {
  goldenModels,
  goldenVocabulary,
  matrixRows,
  plainWeights,
  randomWeights,
  readGoldenModel,
  type GoldenModel,
  type PlainTensor,
} from './goldens.ts';
