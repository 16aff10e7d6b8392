import { describe, expect, it } from 'vitest';
import { formatId, newUuid, parseAnyId, parseId, uuidLowerBound, uuidTime } from '../src/ids.ts';
import fc from './fixtures/seeded-fast-check.ts';

describe('the TypeIDs of the API', () => {
  // From https://github.com/jetify-com/typeid/blob/main/spec/valid.yml, with a prefix of Livehook.
  it.each([
    ['00000000000000000000000000', '00000000-0000-0000-0000-000000000000'],
    ['00000000000000000000000001', '00000000-0000-0000-0000-000000000001'],
    ['0000000000000000000000000g', '00000000-0000-0000-0000-000000000010'],
    ['7zzzzzzzzzzzzzzzzzzzzzzzzz', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['0123456789abcdefghjkmnpqrs', '0110c853-1d09-52d8-d73e-1194e95b5f19'],
    ['01h455vb4pex5vsknk084sn02q', '01890a5d-ac96-774b-bcce-b302099a8057'],
  ])('have the suffix %s for the UUID %s', (suffix, uuid) => {
    expect(formatId('evt', uuid)).toBe(`evt_${suffix}`);
    expect(parseId('evt', `evt_${suffix}`)).toBe(uuid);
  });

  it('are parsed to the UUID from which they were formatted', () => {
    fc.assert(fc.property(fc.uuid(), uuid => parseAnyId(formatId('dlv', uuid))?.uuid === uuid));
  });

  it.each([
    'evt_8zzzzzzzzzzzzzzzzzzzzzzzzz',
    'evt_01h455vb4pex5vsknk084sn02',
    'evt_01h455vb4pex5vsknk084sn02qq',
    'evt_01H455VB4PEX5VSKNK084SN02Q',
    'evt_01h455vb4pex5vsknk084sn0il',
    'evt-01h455vb4pex5vsknk084sn02q',
    'foo_01h455vb4pex5vsknk084sn02q',
    '01h455vb4pex5vsknk084sn02q',
    'evt_01h455vb4pex5vsknk084sn02q\n',
    '',
  ])('are not parsed from the invalid text %j', id => expect(parseAnyId(id)).toBeNull());

  it('are not parsed if they have the prefix of another type', () => {
    expect(parseId('dlv', 'evt_01h455vb4pex5vsknk084sn02q')).toBeNull();
  });
});

describe('UUIDs from newUuid', () => {
  it('sort in the order of their creation, even if the clock is set back', () => {
    const now = Date.now();
    const ids = [newUuid(now), newUuid(now), newUuid(now - 5000), newUuid(now + 1), newUuid(now)];
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('contain the millisecond of their creation, and uuidLowerBound returns the smallest UUID of a millisecond', () => {
    const later = Date.now() + 60_000;
    const id = newUuid(later);
    expect(uuidTime(id)).toBe(later);
    expect(uuidLowerBound(later) <= id).toBe(true);
    expect(id < uuidLowerBound(later + 1)).toBe(true);
  });
});
