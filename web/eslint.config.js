import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';

export default defineConfig(
  { ignores: ['node_modules', 'dist'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [ts.configs.recommendedTypeChecked, ts.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Empty text is often as absent as null.
      '@typescript-eslint/prefer-nullish-coalescing': 'off',
      // A virtualised row index is in range by construction; a checked `!` says so better than dead branches.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [hooks.configs.flat.recommended],
    rules: {
      // Concerns the React compiler, which this build does not use.
      'react-hooks/incompatible-library': 'off',
      // Telemetry values are text nodes, always (there is no other place where markup could come from).
      'no-restricted-syntax': [
        'error',
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'Telemetry values are text nodes.' },
        { selector: "MemberExpression[property.name='innerHTML']", message: 'Telemetry values are text nodes.' },
      ],
    },
  },
);
