import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEncryption } from '../../../src/database/encryption.ts';
import { deleteEndpoint } from '../../../src/domain/endpoints/delete-endpoint.ts';
import { showHeaders } from '../../../src/domain/endpoints/endpoint-headers.ts';
import {
  expirePreviousSecrets,
  loadSecretExpiries,
  revealEndpointSecret,
  rotateEndpointSecret,
} from '../../../src/domain/endpoints/endpoint-secrets.ts';
import { loadEndpointTexts } from '../../../src/domain/endpoints/load-endpoints.ts';
import { updateEndpoint } from '../../../src/domain/endpoints/update-endpoint.ts';
import { type ReceivedRequest, type Receiver, startReceiver } from '../../fixtures/receiver.ts';
import { openScene, type Scene } from '../scene.ts';

let scene: Scene;
let receiver: Receiver;
beforeAll(async () => {
  scene = await openScene();
  receiver = await startReceiver();
  scene.startSender();
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

async function send(endpointId: string): Promise<ReceivedRequest> {
  await scene.publish({ endpointIds: [endpointId] });
  return receiver.next();
}

function isSignedBy(secret: string, request: ReceivedRequest): boolean {
  try {
    new Webhook(secret).verify(request.body, request.headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

const signatureCount = ({ headers }: ReceivedRequest) => ({
  standard: String(headers['webhook-signature']).split(' ').length,
  stripeStyle: String(headers['x-webhook-signature']).match(/v1=/g)?.length,
});

const expireOldSecrets = (uuid: string) =>
  scene.services.pool.query(
    "UPDATE endpoint_secret SET expires_at = now() - interval '1 s' WHERE endpoint_id = $1 AND expires_at IS NOT NULL",
    [uuid],
  );

it('the sender signs with the old and the new secret during the overlap of a rotation, then only with the new one', async () => {
  const { id, uuid, secret: old } = await scene.createEndpoint({ url: receiver.url });
  expect(isSignedBy(old, await send(id))).toBe(true);

  const { secret } = await rotateEndpointSecret(scene.ctx, id, null);
  expect(secret).not.toBe(old);
  const during = await send(id);
  expect([isSignedBy(old, during), isSignedBy(secret, during)]).toEqual([true, true]);
  expect(signatureCount(during)).toEqual({ standard: 2, stripeStyle: 2 });
  const { rows } = await scene.services.pool.query(
    `SELECT extract(epoch FROM expires_at - now())::float8 AS seconds FROM endpoint_secret
     WHERE endpoint_id = $1 AND expires_at IS NOT NULL`,
    [uuid],
  );
  expect(rows[0].seconds).toBeGreaterThan(86_390);
  expect(rows[0].seconds).toBeLessThanOrEqual(86_401);
});

it('the sender stops signing with an old secret when the secret expires, without any change to the endpoint', async () => {
  const { id, secret: old } = await scene.createEndpoint({ url: receiver.url });
  const { secret } = await rotateEndpointSecret(scene.ctx, id, 5);
  const during = await send(id);
  expect([isSignedBy(old, during), isSignedBy(secret, during)]).toEqual([true, true]);
  await expect.poll(async () => isSignedBy(old, await send(id))).toBe(false);
  expect(signatureCount(await send(id))).toEqual({ standard: 1, stripeStyle: 1 });
});

it('an endpoint has one secret after a rotation with overlap 0', async () => {
  const { id, secret: old } = await scene.createEndpoint({ url: receiver.url });
  await send(id);
  const { secret } = await rotateEndpointSecret(scene.ctx, id, 0);
  const after = await send(id);
  expect([isSignedBy(old, after), isSignedBy(secret, after)]).toEqual([false, true]);
});

it('expirePreviousSecrets ends the overlap of a rotation at once, and the API shows the end of a running overlap', async () => {
  const { id, uuid, secret: old } = await scene.createEndpoint({ url: receiver.url });
  expect(await loadSecretExpiries(scene.ctx, [uuid])).toEqual(new Map());
  const rotatedAt = Date.now();
  const { secret } = await rotateEndpointSecret(scene.ctx, id, 3600);
  await rotateEndpointSecret(scene.ctx, id, 60, secret);
  const expiry = (await loadSecretExpiries(scene.ctx, [uuid])).get(uuid)?.getTime() ?? 0;
  expect(expiry).toBeGreaterThan(rotatedAt + 3_590_000);
  expect(expiry).toBeLessThan(rotatedAt + 3_660_000);

  await expirePreviousSecrets(scene.ctx, id);
  expect(await loadSecretExpiries(scene.ctx, [uuid])).toEqual(new Map());
  const after = await send(id);
  expect([isSignedBy(old, after), isSignedBy(secret, after)]).toEqual([false, true]);
  // A second call does not fail, although no secret is left to expire.
  expect((await expirePreviousSecrets(scene.ctx, id)).id).toBe(uuid);
});

it('an endpoint has three secrets after two rotations, and the next rotation deletes expired ones', async () => {
  const { id, uuid } = await scene.createEndpoint({ url: receiver.url });
  await rotateEndpointSecret(scene.ctx, id, 3600);
  await rotateEndpointSecret(scene.ctx, id, 60);
  expect(signatureCount(await send(id))).toEqual({ standard: 3, stripeStyle: 3 });
  await expireOldSecrets(uuid);
  await rotateEndpointSecret(scene.ctx, id, 60);
  expect(signatureCount(await send(id))).toEqual({ standard: 2, stripeStyle: 2 });
});

it('an endpoint never has two current secrets, however many rotations run at once', async () => {
  const { id, uuid } = await scene.createEndpoint({ url: receiver.url });
  const rotations = await Promise.all(Array.from({ length: 25 }, () => rotateEndpointSecret(scene.ctx, id, 60)));
  const { rows } = await scene.services.pool.query(
    'SELECT count(*)::int FROM endpoint_secret WHERE endpoint_id = $1 AND expires_at IS NULL',
    [uuid],
  );
  expect(rows[0].count).toBe(1);
  const { secret } = await revealEndpointSecret(scene.ctx, id);
  expect(rotations.map(rotation => rotation.secret)).toContain(secret);
});

it('the sender signs with at most the ten newest secrets, however many rotations there were within the overlap', async () => {
  const { id, uuid, secret: first } = await scene.createEndpoint({ url: receiver.url });
  const secrets = [first];
  for (let count = 1; count < 12; count += 1) {
    secrets.unshift((await rotateEndpointSecret(scene.ctx, id, null)).secret);
  }
  const request = await send(id);
  expect(signatureCount(request)).toEqual({ standard: 10, stripeStyle: 10 });
  expect(secrets.map(secret => isSignedBy(secret, request))).toEqual([...Array(10).fill(true), false, false]);

  // Inserts more secrets than are allowed now, as older versions did.
  const { encryption, pool } = scene.services;
  await pool.query(
    `INSERT INTO endpoint_secret (id, endpoint_id, ciphertext, expires_at)
     SELECT gen_random_uuid(), $1, $2, now() + interval '1 h' FROM generate_series(1, 140)`,
    [uuid, encryption.encrypt(first)],
  );
  await pool.query('UPDATE endpoint SET revision = revision + 1 WHERE id = $1', [uuid]);
  expect(signatureCount(await send(id))).toEqual({ standard: 10, stripeStyle: 10 });
});

it('a rotation accepts a secret without the whsec_ prefix, and the sender still signs with the old secret too', async () => {
  const { id, secret: old } = await scene.createEndpoint({ url: receiver.url });
  const secret = 'sk_live_51HqLyjWDarjtT1zdp7dc';
  expect((await rotateEndpointSecret(scene.ctx, id, null, secret)).secret).toBe(secret);
  expect(await revealEndpointSecret(scene.ctx, id)).toEqual({ secret });
  const request = await send(id);
  const headers = request.headers as Record<string, string>;
  expect(isSignedBy(old, request)).toBe(true);
  expect(new Webhook(secret, { format: 'raw' }).verify(request.body, headers)).toEqual({});
  await expect(rotateEndpointSecret(scene.ctx, id, null, 'short')).rejects.toMatchObject({ argument: 'secret' });
});

it('revealEndpointSecret returns only the current secret', async () => {
  const { id, secret: first } = await scene.createEndpoint();
  expect(await revealEndpointSecret(scene.ctx, id)).toEqual({ secret: first });
  const { secret } = await rotateEndpointSecret(scene.ctx, id, 60);
  expect(await revealEndpointSecret(scene.ctx, id)).toEqual({ secret });
});

it('an endpoint whose secrets were encrypted with another key can be read, and accepts a new secret and new headers', async () => {
  const name = 'content-type';
  const headers = [{ name, value: 'text/plain', secret: false, keepValue: false }];
  const { id, uuid } = await scene.createEndpoint({ headers });
  const encryption = createEncryption(randomBytes(32));
  const ctx = { ...scene.ctx, services: { ...scene.services, encryption } };
  await expect(revealEndpointSecret(ctx, id)).rejects.toMatchObject({ code: 'INVALID_STATE', state: 'UNDECRYPTABLE' });
  const [texts] = (await loadEndpointTexts(ctx, [uuid])).values();
  expect(showHeaders(texts?.headers, encryption)).toEqual([{ name, secret: false, value: null }]);
  await updateEndpoint(ctx, id, { bodyTemplate: 'no JSON' });
  await updateEndpoint(ctx, id, { headers });
  const { secret } = await rotateEndpointSecret(ctx, id, 0);
  expect(await revealEndpointSecret(ctx, id)).toEqual({ secret });
});

it('the database contains endpoint secrets only in encrypted form', async () => {
  const { uuid, secret } = await scene.createEndpoint();
  const { rows } = await scene.services.pool.query('SELECT ciphertext FROM endpoint_secret WHERE endpoint_id = $1', [
    uuid,
  ]);
  expect(rows[0].ciphertext.toString('latin1')).not.toContain(secret.slice(6));
  expect(rows[0].ciphertext.includes(Buffer.from(secret.slice(6), 'base64'))).toBe(false);
});

it('the sender signs with exactly the text of an imported endpoint secret', async () => {
  const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
  const endpoint = await scene.createEndpoint({ url: receiver.url, secret });
  expect(endpoint.secret).toBe(secret);
  expect(isSignedBy(secret, await send(endpoint.id))).toBe(true);
  await expect(scene.createEndpoint({ secret: 'whsec_short' })).rejects.toMatchObject({ argument: 'input.secret' });
});

it('endpoint secrets cannot be read by other tenants, or after the endpoint is deleted', async () => {
  const othersEndpoint = await scene.createEndpoint({}, await scene.createOtherTenant());
  const deleted = await scene.createEndpoint();
  await deleteEndpoint(scene.ctx, deleted.id);
  for (const [id, code] of [
    [othersEndpoint.id, 'NOT_FOUND'],
    [deleted.id, 'INVALID_STATE'],
  ] as const) {
    await expect(revealEndpointSecret(scene.ctx, id)).rejects.toMatchObject({ code });
    await expect(rotateEndpointSecret(scene.ctx, id, null)).rejects.toMatchObject({ code });
  }
  const reader = scene.withPermissions('ENDPOINTS_READ');
  await expect(revealEndpointSecret(reader, deleted.id)).rejects.toMatchObject({ permission: 'ENDPOINTS_MANAGE' });
  await expect(rotateEndpointSecret(reader, deleted.id, null)).rejects.toMatchObject({
    permission: 'ENDPOINTS_MANAGE',
  });
});

it.each([-1, 0.5, 2_592_001, Number.NaN])(
  'the rotation of an endpoint secret rejects an overlap of %s seconds',
  async overlapSeconds => {
    const { id } = await scene.createEndpoint();
    await expect(rotateEndpointSecret(scene.ctx, id, overlapSeconds)).rejects.toMatchObject({
      argument: 'overlapSeconds',
    });
  },
);
