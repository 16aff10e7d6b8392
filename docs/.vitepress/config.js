/**
 * The site of `npm run docs`: the Markdown pages of the repository as they are, with a search that works offline. Imports
 * nothing, because npm runs VitePress from its cache.
 */
export default {
  title: 'Livehook',
  description: 'A webhook delivery service with a live GraphQL API',
  // The README and the page about deployment are part of the site.
  srcDir: '..',
  outDir: '../dist/docs',
  cacheDir: '../node_modules/.cache/vitepress',
  srcExclude: ['node_modules/**', 'dist/**', '.github/**', 'src/**', 'test/**'],
  rewrites: { 'README.md': 'index.md', 'deploy/README.md': 'deploy/index.md' },
  // Links to files that are no pages work in the repository alone.
  ignoreDeadLinks: [/\.(ts|yaml|graphql|service)$/, /LICENSE$/, /livehook@$/, /^https?:\/\/localhost\b/],
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Documentation', link: '/docs/' },
      { text: 'API', link: '/docs/api' },
      { text: 'Deploy', link: '/deploy/' },
    ],
    sidebar: [
      {
        text: 'Start',
        items: [
          { text: 'Overview', link: '/docs/' },
          { text: 'Getting started', link: '/docs/getting-started' },
          { text: 'Concepts', link: '/docs/concepts' },
        ],
      },
      {
        text: 'Guides',
        items: [
          { text: 'Receive and verify', link: '/docs/guides/receive' },
          { text: 'Retries', link: '/docs/guides/retries' },
          { text: 'Recover after an outage', link: '/docs/guides/recover' },
          { text: 'Live screens', link: '/docs/guides/live-screens' },
          { text: 'Publish from SQL', link: '/docs/guides/publish-from-sql' },
          { text: 'Command line', link: '/docs/guides/command-line' },
          { text: 'Local development', link: '/docs/guides/local-development' },
          { text: 'TypeScript client', link: '/docs/guides/client' },
          { text: 'Customer portal', link: '/docs/guides/portal' },
          { text: 'Alerts to Slack', link: '/docs/guides/slack' },
          { text: 'Integrating', link: '/docs/integrating' },
          { text: 'Migrate from Svix', link: '/docs/migrate-from-svix' },
        ],
      },
      {
        text: 'Reference',
        items: [
          { text: 'GraphQL API', link: '/docs/api' },
          { text: 'REST API', link: '/docs/reference/rest' },
          { text: 'Wire format', link: '/docs/reference/wire-format' },
          { text: 'Live feed', link: '/docs/live-feed' },
          { text: 'Operational events', link: '/docs/operational-events' },
          { text: 'Command line', link: '/docs/reference/cli' },
          { text: 'Configuration', link: '/docs/reference/configuration' },
          { text: 'Errors', link: '/docs/reference/errors' },
          { text: 'Metrics', link: '/docs/reference/metrics' },
        ],
      },
      {
        text: 'Run it',
        items: [
          { text: 'Deploy', link: '/deploy/' },
          { text: 'Operations', link: '/docs/operations' },
          { text: 'Security', link: '/docs/security' },
        ],
      },
      {
        text: 'About',
        items: [
          { text: 'Architecture', link: '/docs/architecture' },
          { text: 'Performance', link: '/docs/performance' },
          { text: 'Comparison', link: '/docs/comparison' },
          { text: 'Changelog', link: '/CHANGELOG' },
        ],
      },
    ],
  },
};
