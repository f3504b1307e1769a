/** Builds the UI into the hub's package, and adds the licence texts of everything that is shipped with it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Packages whose code or font files end up in the browser. */
const SHIPPED = [
  '@fontsource-variable/inter',
  '@fontsource-variable/jetbrains-mono',
  '@tanstack/react-virtual',
  '@tanstack/virtual-core',
  'react',
  'react-dom',
  'scheduler',
];

/** Writes `assets/third-party-licenses.txt`; the fonts (OFL-1.1) may only be passed on together with their licence. */
function thirdPartyLicences(root: string): Plugin {
  const textOf = (name: string): string => {
    const folder = join(root, 'node_modules', name);
    const file = existsSync(folder) ? readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry)) : undefined;
    if (!file) throw new Error(`${name} ships no licence text; the build must not pass it on`);
    return readFileSync(join(folder, file), 'utf8').trim();
  };
  return {
    name: 'third-party-licences',
    apply: 'build',
    generateBundle() {
      const source = SHIPPED.map((name) => `${name}\n${'='.repeat(name.length)}\n\n${textOf(name)}\n`).join('\n\n');
      this.emitFile({ type: 'asset', fileName: 'assets/third-party-licenses.txt', source });
    },
  };
}

export default defineConfig({
  plugins: [react(), thirdPartyLicences(import.meta.dirname)],
  build: {
    outDir: '../src/fleaglass/hub/static',
    emptyOutDir: true,
    // The hub's policy allows no data: addresses, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
  server: {
    // The hub refuses a Host that is not its own.
    proxy: { '/api': { target: process.env.FLEAGLASS_HUB ?? 'http://127.0.0.1:4318', changeOrigin: true } },
  },
});
