export { noticeOf, thirdPartyNotices } from './third-party-notices.mjs';
export { shippedModels } from './shipped-models.mjs';
export { folderOf, wasmNotices } from './wasm-notices.mjs';
export { wgslAsText } from './wgsl-as-text.mjs';
export { withoutNode } from './without-node.mjs';
export { withSources } from './with-sources.mjs';
