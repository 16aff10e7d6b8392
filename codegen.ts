import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents: `graphql(...)` of a `generated` directory knows the types of every operation beside it. */
const typedDocuments = (documents: readonly string[]): CodegenConfig['generates'][string] => ({
  documents: [...documents],
  preset: 'client',
  presetConfig: { fragmentMasking: false },
  config: {
    useTypeImports: true,
    importExtension: '.ts',
    enumsAsTypes: true,
    scalars: { DateTime: 'string', JSON: 'unknown', ID: 'string' },
  },
});

const config: CodegenConfig = {
  schema: 'schema.graphql',
  ignoreNoDocuments: true,
  generates: {
    'test/generated/': typedDocuments(['test/**/*.ts', '!test/generated/**']),
    'src/dashboard/generated/': typedDocuments(['src/dashboard/**/*.{ts,tsx}', '!src/dashboard/generated/**']),
  },
};

export default config;
