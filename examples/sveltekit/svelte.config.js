import adapter from '@sveltejs/adapter-static';

/** Pages rendered ahead of time, into files. */
export default { kit: { adapter: adapter({ pages: 'dist' }) } };
