import { describe, expect, it } from 'vitest';
import { extractPayloads } from '../../../src/server/rest/raw-payloads.ts';

describe('extractPayloads', () => {
  it.each([
    ['{"type":"a","payload":{"n": 1e400}}', ['{"n": 1e400}']],
    ['{ "payload" : 9007199254740993 , "type":"a"}', ['9007199254740993']],
    ['\n[{"payload":[1,{"payload":2}]},{"payload":"}]\\",{"}]', ['[1,{"payload":2}]', '"}]\\",{"']],
    ['{"p\\u0061yload":null,"other":{"payload":1}}', ['null']],
    ['{"type":"payload","payload":true}', ['true']],
    ['{"payload":1,"payload":2}', ['1', '2']],
    ['{"payload":}', ['']],
    ['{"payload"', []],
    ['[[{"payload":1}]]', []],
  ])('extracts the payload texts of %j', (text, payloads) => {
    expect(extractPayloads(text).payloads).toEqual(payloads);
  });

  it('replaces each payload by its index, and returns invalid JSON if the original text was invalid', () => {
    expect(JSON.parse(extractPayloads('[{"payload":{}},{"payload":1,"payload":[2]}]').json)).toEqual([
      { payload: 0 },
      { payload: 2 },
    ]);
    for (const text of [
      '{"payload":1',
      '{"payload":1}}',
      '{"payload":1,}',
      '{"payload" 1}',
      '{"payload":1 "type":2}',
    ]) {
      const { json, payloads } = extractPayloads(text);
      expect(() => [json, ...payloads].map(each => JSON.parse(each)), text).toThrow(SyntaxError);
    }
  });
});
