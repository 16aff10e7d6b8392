/**
 * Imports point one way: from main and app to the entry points, from these to the domain, and from the domain to the
 * infrastructure and to the shared files. Shared files import no other part of the project.
 */
const entryPoints = '(server|graphql|sender|janitor|dashboard|cli)';
const infrastructure = '(database|feed|egress)';
const sharedFiles =
  '^src/(config/[\\w-]+|cidrs|config|delivery|error-catalogue|errors|ids|log|secrets|shutdown|start-error)\\.ts$';
/** The layers of the dashboard. A layer imports itself and the layers before it. */
const dashboardLayers = ['api', 'components', 'features', 'screens', 'shell'];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-imports-no-entry-point',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { path: `^src/(${entryPoints}/|app\\.ts|main\\.ts)` },
    },
    {
      name: 'infrastructure-imports-infrastructure-only',
      severity: 'error',
      from: { path: `^src/${infrastructure}/` },
      to: { path: `^src/(${entryPoints}/|domain/|app\\.ts|main\\.ts)` },
    },
    {
      name: 'egress-and-feed-do-not-import-database',
      severity: 'error',
      from: { path: '^src/(egress|feed)/' },
      to: { path: '^src/database/' },
    },
    {
      name: 'delivery-state-through-its-index',
      severity: 'error',
      from: { path: '^(src|test|bench)/', pathNot: '^src/domain/delivery-state/' },
      to: { path: '^src/domain/delivery-state/', pathNot: '^src/domain/delivery-state/index\\.ts$' },
    },
    {
      name: 'entry-points-do-not-import-each-other',
      comment: 'The one exception: every entry point may import graphql, unless the next rule forbids it.',
      severity: 'error',
      from: { path: `^src/${entryPoints}/` },
      to: { path: `^src/${entryPoints}/`, pathNot: ['^src/$1/', '^src/graphql/'] },
    },
    {
      name: 'only-server-imports-graphql',
      severity: 'error',
      from: { path: '^src/(sender|janitor|dashboard)/' },
      to: { path: '^src/graphql/' },
    },
    {
      name: 'only-entry-points-import-app',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/((main|app|start)\\.ts$|(cli|demo)/)' },
      to: { path: '^src/(main|app|start)\\.ts$' },
    },
    {
      name: 'shared-files-import-shared-files-only',
      severity: 'error',
      from: {
        path: sharedFiles,
      },
      to: {
        path: '^src/',
        pathNot: sharedFiles,
      },
    },
    ...dashboardLayers.slice(0, -1).map((layer, index) => ({
      name: `dashboard-${layer}-imports-no-later-layer`,
      severity: 'error',
      from: { path: `^src/dashboard/${layer}/` },
      to: { path: `^src/dashboard/(${dashboardLayers.slice(index + 1).join('|')})/` },
    })),
    {
      name: 'dashboard-base-imports-no-layer',
      comment: 'The base is what every layer may use: the session, the time and single files such as store.ts.',
      severity: 'error',
      from: { path: '^src/dashboard/((session|time)/|[\\w-]+\\.ts$)' },
      to: { path: `^src/dashboard/(${dashboardLayers.join('|')})/` },
    },
    {
      name: 'dashboard-screens-do-not-import-each-other',
      severity: 'error',
      from: { path: '^src/dashboard/screens/([^/]+)/' },
      to: { path: '^src/dashboard/screens/', pathNot: '^src/dashboard/screens/$1/' },
    },
    {
      name: 'src-imports-no-test-code',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|tools)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/generated/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
