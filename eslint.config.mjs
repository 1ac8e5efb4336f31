import tseslint from 'typescript-eslint';
import reactHooks from 'eslint-plugin-react-hooks';

// The rooms of the house, street door last; a room imports only rooms that stand before it.
const rooms = ['text', 'target', 'wire', 'engines', 'models', 'export', 'views', 'ui', 'cli'];
const allowed = {
  text: [],
  target: ['text'],
  wire: ['text', 'target'],
  engines: ['text', 'target', 'wire'],
  models: ['text', 'wire'],
  export: ['text', 'wire', 'models'],
  views: ['text', 'target', 'wire', 'engines', 'models', 'export'],
  ui: ['text', 'wire', 'models', 'views'],
  cli: rooms,
};

const roomRules = rooms
  .filter((room) => room !== 'cli')
  .map((room) => ({
    files: [`src/${room}/**/*.{ts,tsx}`],
    ignores: ['**/*.test.ts', '**/*.test.tsx'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: rooms
            .filter((other) => other !== room && !allowed[room].includes(other))
            .map((other) => ({
              group: [`../${other}/*`, `../../${other}/*`],
              message: `${room}/ must not import ${other}/`,
            }))
            .concat(
              room === 'ui'
                ? []
                : [{ group: ['ink', 'react', 'react/*'], message: 'only src/ui/*.tsx draws with Ink' }],
              room === 'engines' ? [] : [{ group: ['execa'], message: 'only the supervisor starts children' }],
            ),
        },
      ],
    },
  }));

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'demo', '**/*.mjs', 'vitest.config.ts'] },
  ...tseslint.configs.recommendedTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  ...roomRules,
);
