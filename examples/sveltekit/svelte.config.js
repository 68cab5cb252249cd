import adapter from '@sveltejs/adapter-static';

/** Prerenders pages to static files. */
export default { kit: { adapter: adapter({ pages: 'dist' }) } };
