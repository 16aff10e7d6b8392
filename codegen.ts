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

/** Documents as texts, so that a client needs no `graphql` at run time, and each one that is not used can be dropped. */
const textDocuments = (documents: readonly string[]): CodegenConfig['generates'][string] => {
  const { config, ...options } = typedDocuments(documents) as { config: object };
  return { ...options, config: { ...config, documentMode: 'string', pureMagicComment: true } };
};

const config: CodegenConfig = {
  schema: 'schema.graphql',
  ignoreNoDocuments: true,
  generates: {
    'test/generated/': typedDocuments(['test/**/*.ts', '!test/generated/**']),
    'src/client/generated/': textDocuments(['src/client/*.graphql']),
    'src/cli/generated/': textDocuments(['src/cli/*.graphql']),
    'src/dashboard/generated/': typedDocuments(['src/dashboard/**/*.{ts,tsx}', '!src/dashboard/generated/**']),
  },
};

export default config;
