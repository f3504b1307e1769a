// Bundles sentry_browser.mjs into one file that a page can load: node sentry_browser_bundle.mjs FOLDER.
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const web = new URL('../../web/', import.meta.url);
const require = createRequire(new URL('package.json', web));
const { build } = await import(pathToFileURL(require.resolve('vite')).href);

await build({
  configFile: false,
  logLevel: 'error',
  root: fileURLToPath(web),
  define: { 'process.env.NODE_ENV': '"production"' },
  resolve: { alias: { '@sentry/browser': fileURLToPath(new URL('node_modules/@sentry/browser', web)) } },
  build: {
    outDir: process.argv[2],
    emptyOutDir: false,
    lib: { entry: fileURLToPath(new URL('sentry_browser.mjs', import.meta.url)), formats: ['es'], fileName: 'bundle' },
  },
});
