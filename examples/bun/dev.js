import page from './index.html';

const server = Bun.serve({
  port: 0,
  development: true,
  routes: {
    '/models/*': ({ url }) => new Response(Bun.file(`public${new URL(url).pathname}`)),
    '/*': page,
  },
});
console.log(`http://localhost:${server.port}`);
