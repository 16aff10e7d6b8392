import { describe, expect, test } from 'vitest';
import { checkFilter } from '../../src/domain/deliveries/delivery-filter.ts';
import { listDeliveries } from '../../src/domain/deliveries/list-deliveries.ts';
import { listEndpoints } from '../../src/domain/endpoints/list-endpoints.ts';
import { searchCandidates } from '../../src/domain/endpoints/search-endpoints.ts';
import { updateEndpoint } from '../../src/domain/endpoints/update-endpoint.ts';
import { checkSearch, foldText } from '../../src/domain/search-text.ts';
import { anEndpoint, seedEndpoints } from '../fixtures/seed-deliveries.ts';
import { openScene, type Scene } from './scene.ts';

/** Pairs of a search text and a text in which it must be found. */
const matches: [search: string, text: string][] = [
  ['istanbul', 'İstanbul Shop'],
  ['İSTANBUL', 'istanbul'],
  ['ISPARTA', 'ısparta'],
  ['Cafe\u0301', 'CAF\u00c9'],
  ['caf\u00e9', 'Cafe\u0301 Nord'],
  ['STRASSE', 'Hauptstraße'],
  ['straße', 'HAUPTSTRASSE'],
  ['straße', 'HAUPTSTRAẞE'],
  ['STRAẞE', 'hauptstrasse'],
  ['οδος', 'ΟΔΟΣ'],
  ['ΟΔΟΣ', 'οδοσποιία'],
  ['kelvin', '\u212aelvin'],
  ['fullwidth', 'ＦＵＬＬwidth'],
  ['office', 'oﬃce'],
  ['  shop\t', 'The SHOP'],
  ['\u00a0\u3000zażółć ', 'ZAŻÓŁĆ'],
  ['100%_', 'is 100%_ sure'],
];

describe('foldText', () => {
  test.each(matches)('makes the search %j match the text %j', (search, text) => {
    expect(foldText(text)).toContain(checkSearch(search, 'search'));
  });

  test('keeps letters with different accents distinct', () => {
    expect(foldText('Müller')).not.toContain(foldText('muller'));
  });
});

describe('the search of deliveries and the search of endpoints', () => {
  const found = async ({ ctx }: Scene, search: string) => {
    const endpoints = await listEndpoints(ctx, { search, first: 100 });
    const deliveries = await listDeliveries(ctx, {
      filter: checkFilter({ search }, 'filter', ctx.actor),
      page: { first: 100 },
    });
    return {
      endpoints: endpoints.rows.map(row => row.id),
      ofDeliveries: deliveries.rows.map(row => row.endpointId),
    };
  };

  test('find an endpoint by its name in any letter case and Unicode normalization', async () => {
    await using scene = await openScene();
    for (const [search, name] of matches) {
      const { uuid, id } = await scene.createEndpoint({ name: `x ${name} x` });
      await scene.publishOne({ endpointIds: [id] });
      expect(await found(scene, search), `${search} in ${name}`).toMatchObject({
        endpoints: expect.arrayContaining([uuid]),
        ofDeliveries: expect.arrayContaining([uuid]),
      });
    }
  });

  test('find an endpoint and its deliveries by the last 20 URLs of the endpoint, without their query strings', async () => {
    await using scene = await openScene();
    const { ctx } = scene;
    const { uuid, id } = await scene.createEndpoint({ url: 'https://old-0.test/Hook?key=hidden' });
    await scene.publishOne({ endpointIds: [id] });
    await updateEndpoint(ctx, id, { url: 'https://old-1.test/hook' });
    await updateEndpoint(ctx, id, { name: 'Renamed' });
    expect(await found(scene, ' OLD-0.test/hook')).toEqual({ endpoints: [uuid], ofDeliveries: [uuid] });
    expect(await found(scene, 'hidden')).toEqual({ endpoints: [], ofDeliveries: [] });
    for (let number = 2; number <= 21; number += 1) {
      await updateEndpoint(ctx, id, { url: `https://old-${number}.test/hook` });
    }
    expect(await found(scene, 'old-0.test')).toEqual({ endpoints: [], ofDeliveries: [] });
    for (const search of ['old-1.test', 'old-20.test', 'old-21.test']) {
      expect(await found(scene, search), search).toEqual({ endpoints: [uuid], ofDeliveries: [uuid] });
    }
  });

  test('read only endpoints with non-ASCII texts for a non-ASCII search term', async () => {
    await using scene = await openScene();
    await seedEndpoints(
      scene.services.pool,
      Array.from({ length: 500 }, () => anEndpoint({ name: 'Plain' })),
    );
    const { uuid } = await scene.createEndpoint({ name: 'Zażółć' });
    const read = await searchCandidates(scene.services.pool, [scene.ctx.actor.tenantId, foldText('ŻÓŁ')]);
    expect(read.map(row => row.id)).toEqual([uuid]);
    expect((await found(scene, 'ŻÓŁ')).endpoints).toEqual([uuid]);
  });
});
