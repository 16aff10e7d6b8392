import { expect, test } from 'vitest';
import { openFeed } from '../../src/feed/open-feed.ts';
import { parseRedisUrl } from '../../src/redis/url.ts';
import { silentLog } from '../fixtures/postgres.ts';

test('REDIS_URL is parsed in every documented form', () => {
  expect(parseRedisUrl('redis://localhost')).toMatchObject({
    kind: 'single',
    nodes: [{ host: 'localhost', port: 6379 }],
  });
  expect(parseRedisUrl('rediss://u%40x:p%2Fw@[::1]:7000/3')).toMatchObject({
    tls: true,
    username: 'u@x',
    password: 'p/w',
    nodes: [{ host: '::1', port: 7000 }],
    database: 3,
  });
  expect(parseRedisUrl('redis://:secret@h/')).toMatchObject({ username: null, password: 'secret', database: 0 });
  expect(parseRedisUrl('redis+cluster://a:1,b:2')).toMatchObject({
    kind: 'cluster',
    nodes: [
      { host: 'a', port: 1 },
      { host: 'b', port: 2 },
    ],
  });
  expect(parseRedisUrl('redis+sentinel://:pw@a,b:2/main/1?sentinelPassword=s')).toMatchObject({
    kind: 'sentinel',
    masterName: 'main',
    database: 1,
    nodes: [
      { host: 'a', port: 26379 },
      { host: 'b', port: 2 },
    ],
    sentinelPassword: 's',
  });
});

test('REDIS_URL is rejected in any other form, without its password in the error', async () => {
  const bad = [
    '',
    'http://h',
    'redis://',
    'redis://a,b',
    'redis://h:0',
    'redis://h:99999',
    'redis://h/x',
    'redis://h/1/2',
  ];
  bad.push('redis+sentinel://h:1', 'redis+cluster://h:1/2', 'redis://u:hunter2@h:port', 'redis+other://h');
  for (const url of bad) {
    const error = await openFeed({ url, log: silentLog }).catch(thrown => thrown);
    expect(error, url).toBeInstanceOf(Error);
    expect(error.message).not.toContain('hunter2');
  }
});

test('the feed uses the memory of the process if REDIS_URL is not set', async () => {
  await using feed = await openFeed({ url: null, log: silentLog });
  expect(feed.health()).toEqual({ home: 'process', connected: true });
});
