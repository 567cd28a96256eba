// The official JavaScript SDK, unmodified, against a really running server.
//
// Each step below is one thing that the SDK's users do; it prints one JSON line, {step, ok, detail},
// and contract_tests/test_official_sdk.py makes a test of each. The steps run in order and share what
// the earlier ones made, so the first failure is the one to look at. Started by that test with the
// CONNECTYCUBE_* variables, and CONNECTYCUBE_MOCK_CONTROL=1 where the server is the mock and offers
// its control API: its clock, settings and mailbox are then used by the steps called controlStep.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Socket, isIP } from 'node:net';
import ConnectyCube from 'connectycube'; // by name: its `exports` then pick the build for Node

const baseUrl = process.env.CONNECTYCUBE_BASE_URL;
const credentials = {
  appId: Number(process.env.CONNECTYCUBE_APP_ID),
  authKey: process.env.CONNECTYCUBE_AUTH_KEY,
};
const hasControl = process.env.CONNECTYCUBE_MOCK_CONTROL === '1';

const steps = [];
const step = (name, run) => steps.push({ name, run });
const controlStep = (name, run) => hasControl && step(name, run);

// Names of this run's own, so that it can be repeated against the same server.
const run = randomBytes(6).toString('hex');
const nameOf = (who) => `sdk-${who}-${run}`;

// An SDK whose `api_url` is forgotten calls the real service: no socket leaves this machine.
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...args) {
  const { host, path } = args.flat().find((each) => each && typeof each === 'object') ?? {};
  const isLoopback = host === 'localhost' || (isIP(host ?? '') && /^(127\.|::1$)/.test(host));
  if (!path && !isLoopback) throw new Error(`a call to ${host}, which is not this machine`);
  return connect.apply(this, args);
};

// Every SDK object has a session of its own; endpoints, credentials and listeners they share, and
// each `init` forgets the endpoint that it is not given.
function init(cube, { on, ...other } = {}) {
  const options = { endpoints: { api_url: baseUrl }, debug: { mode: 0 } };
  cube.init({ ...credentials, ...other }, on ? { ...options, on } : options);
  return cube;
}

function client(session = null) {
  const cube = init(new ConnectyCube.ConnectyCube());
  if (session) cube.setSession(session);
  return cube;
}

// The SDK rejects with a plain object {code, info}; info is the body of the answer.
async function refused(promise, code, errors) {
  const error = await promise.then(
    (answer) => assert.fail(`answered ${JSON.stringify(answer)} instead of ${code}`),
    (reason) => reason
  );
  if (error instanceof Error) throw error;
  assert.equal(error.code, code);
  if (errors instanceof RegExp) assert.match(JSON.stringify(error.info), errors);
  else assert.deepEqual(error.info, { errors });
}

const SESSION_GONE = { base: ['Required session does not exist'] };
const NEED_USER = { base: ['Forbidden. Need user.'] };
const TOKEN_REQUIRED = ['Token is required'];
const USER_NOT_FOUND = ['User not found'];

const USER_KEYS = [
  '_id', 'avatar', 'created_at', 'custom_data', 'email', 'external_id', 'external_user_id',
  'facebook_id', 'full_name', 'id', 'is_guest', 'last_request_at', 'login', 'phone', 'timezone',
  'twitter_id', 'updated_at', 'user_tags', 'website',
];

function isUser(user) {
  const missing = USER_KEYS.filter((key) => !(key in user));
  assert.deepEqual(missing, []);
  assert.ok(!Object.keys(user).some((key) => key.includes('password')), 'a password in a user');
  assert.match(user._id, /^[0-9a-f]{24}$/);
  assert.match(user.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
}

function isSession(session) {
  assert.match(session.token, /^[0-9A-F]{36}$/);
  assert.match(session.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.equal(session.application_id, credentials.appId);
  assert.ok(Number.isInteger(session.ts) && Number.isInteger(session.nonce));
}

// ── the mock's control API, where it is offered ────────────────────────────────────────────────

async function order(method, path, body) {
  const response = await fetch(`${baseUrl}/__mock__/${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  assert.ok(response.ok, `${method} ${path} answered ${response.status}`);
  return response.json();
}

const advance = (seconds) => order('POST', 'clock', { advance: seconds });

// Accounts are shown without their tokens, so afterwards there are none.
async function withSettings(settings, action) {
  const before = await order('GET', 'settings');
  await order('PATCH', 'settings', settings);
  try {
    return await action();
  } finally {
    await order('PATCH', 'settings', Object.fromEntries(
      Object.keys(settings).map((name) => [name, Array.isArray(settings[name]) ? [] : before[name]])
    ));
  }
}

const ids = (page) => page.items.map((item) => item.id);
const wrappedIds = (page) => page.items.map((item) => item.user.id);

// ── session ────────────────────────────────────────────────────────────────────────────────────

const app = client();
const tag = `t${run}`;
const accounts = {};
for (const [index, who] of ['alice', 'bob', 'carol'].entries()) {
  accounts[who] = {
    login: nameOf(who),
    email: `${nameOf(who)}@example.com`,
    password: `secret of ${who}`,
    full_name: `Sdk${run} ${who}`,
    phone: `555${index}${parseInt(run.slice(0, 8), 16)}`,
    website: 'https://example.com',
    facebook_id: `fb-${who}-${run}`,
    twitter_id: `tw-${who}-${run}`,
    external_id: `ext-${who}-${run}`,
    custom_data: JSON.stringify({ who, note: 'Größe "quoted" 日本 🎉' }),
    tag_list: who === 'carol' ? ['other', tag] : [tag],
  };
}
const users = {}; // by name, as signed up
const cubes = {}; // by name, signed in

step('the package is the unmodified 6.1.2 for Node', async () => {
  assert.equal(app.version, '6.1.2');
  assert.equal(app.platform, 'node');
  assert.match(import.meta.resolve('connectycube'), /\/dist\/node\/index\.mjs$/);
});

step('a call without a session is refused', async () => {
  await refused(client().users.get({ login: 'anyone' }), 403, TOKEN_REQUIRED);
});

step('a call with an unknown token is refused', async () => {
  const lost = client({ token: 'undefined' });
  await refused(lost.users.get({ login: 'anyone' }), 401, SESSION_GONE);
});

step('app session', async () => {
  const session = await app.createSession();
  isSession(session);
  assert.equal(session.user_id, null);
  assert.ok(!('user' in session));
});

step('app session: information', async () => {
  const session = await app.auth.getSession();
  isSession(session);
  assert.equal(session.token, app.service.getSession().token);
  assert.equal(session.user_id, null);
});

step('an unknown application is refused', async () => {
  const other = client();
  try {
    init(other, { appId: 999999999 });
    await refused(other.createSession(), 422, /errors/);
  } finally {
    init(other); // credentials are shared: put the right ones back
  }
});

step('sign up with the auth key alone', async () => {
  const { user } = await client().users.signup(accounts.alice);
  isUser(user);
  for (const key of ['login', 'email', 'full_name', 'phone', 'website', 'custom_data', 'external_id']) {
    assert.equal(user[key], accounts.alice[key], key);
  }
  assert.equal(user.user_tags, tag);
  users.alice = user;
});

step('sign up with an app session', async () => {
  for (const who of ['bob', 'carol']) {
    users[who] = (await app.users.signup(accounts[who])).user;
    isUser(users[who]);
  }
});

step('sign up: a taken login is refused', async () => {
  const again = { login: accounts.alice.login, password: 'another one' };
  await refused(app.users.signup(again), 422, { login: ['has already been taken'] });
});

step('sign up: a taken e-mail is refused, however it is written', async () => {
  const again = { email: accounts.alice.email.toUpperCase(), password: 'another one' };
  await refused(app.users.signup(again), 422, { email: ['has already been taken'] });
});

step('sign up: without login and e-mail, without a password, too short a login', async () => {
  await refused(app.users.signup({ password: 'long enough' }), 422, /errors/);
  await refused(app.users.signup({ login: nameOf('dave') }), 422, /"password"/);
  await refused(app.users.signup({ login: 'ab', password: 'long enough' }), 422, /"login"/);
});

step('user session by login', async () => {
  const { login, password } = accounts.alice;
  cubes.alice = client();
  const session = await cubes.alice.createSession({ login, password });
  isSession(session);
  isUser(session.user);
  assert.equal(session.user_id, users.alice.id);
  assert.equal(session.user.id, users.alice.id);
  assert.equal(session.id, session.user_id);
});

step('user session by e-mail', async () => {
  const { email, password } = accounts.bob;
  cubes.bob = client();
  const session = await cubes.bob.createSession({ email, password });
  assert.equal(session.user_id, users.bob.id);
});

step('user session: information', async () => {
  const session = await cubes.alice.auth.getSession();
  assert.equal(session.user_id, users.alice.id);
  assert.equal(session.token, cubes.alice.service.getSession().token);
});

step('a wrong password is refused', async () => {
  const { login } = accounts.alice;
  await refused(client().createSession({ login, password: 'not hers' }), 401, ['Invalid password']);
});

step('a session without a password, or without login and e-mail, is refused', async () => {
  const { login } = accounts.alice;
  // The SDK leaves the user out of such a session, so it is asked for as its own types allow it.
  const asked = (user) => client().service.ajax({
    type: 'POST',
    url: `${baseUrl}/session.json`,
    data: { application_id: credentials.appId, auth_key: credentials.authKey, user },
  });
  await refused(asked({ login }), 422, { password: ['cannot be blank'] });
  await refused(
    asked({ password: 'long enough' }), 422,
    { base: ["Both user login and email can't be blank"] }
  );
});

controlStep('an unknown user is made on the fly where the app allows it', async () => {
  const cube = client();
  const login = nameOf('newcomer');
  await withSettings({ create_users_on_session: true }, async () => {
    const session = await cube.createSession({ login, password: 'a first secret' });
    assert.equal(session.user.login, login);
    assert.equal((await cube.users.get({ login })).user.id, session.user_id);
  });
  await cube.users.delete();
});

controlStep('an unknown user is refused where the app denies it', async () => {
  await withSettings({ create_users_on_session: false }, async () => {
    const [login, email] = [nameOf('stranger'), `${nameOf('stranger')}@example.com`];
    const password = 'a first secret';
    await refused(client().createSession({ login, password }), 404, USER_NOT_FOUND);
    await refused(client().createSession({ email, password }), 404, USER_NOT_FOUND);
    const cube = client();
    await cube.createSession();
    await refused(cube.auth.login({ login, password }), 404, USER_NOT_FOUND);
    await refused(cube.users.get({ login }), 404, USER_NOT_FOUND);
  });
});

controlStep('sign-in by Facebook and by Twitter', async () => {
  const settings = {
    facebook_accounts: [{ id: `f-${run}`, token: `facebook-token-${run}`, name: 'Face' }],
    twitter_accounts: [{ id: `t-${run}`, token: `twitter-token-${run}`, secret: 'its secret' }],
  };
  await withSettings(settings, async () => {
    const facebook = client();
    const keys = { token: `facebook-token-${run}` };
    const made = await facebook.createSession({ provider: 'facebook', keys });
    assert.equal(made.user.facebook_id, `f-${run}`);
    const again = await client().createSession({ provider: 'facebook', keys });
    assert.equal(again.user_id, made.user_id);
    const twitter = client();
    const pair = { token: `twitter-token-${run}`, secret: 'its secret' };
    const { user } = await twitter.createSession({ provider: 'twitter', keys: pair });
    assert.equal(user.twitter_id, `t-${run}`);
    await refused(
      client().createSession({ provider: 'facebook', keys: { token: 'not known' } }), 422, /errors/
    );
    await Promise.all([facebook.users.delete(), twitter.users.delete()]);
  });
});

controlStep('sign-in by Firebase, with a phone number and with an e-mail', async () => {
  const project = `emulated-${run}`;
  const seconds = Math.floor(Date.parse((await order('GET', 'clock')).now) / 1000);
  const claims = {
    iss: `https://securetoken.google.com/${project}`, aud: project, sub: 'uid',
    iat: seconds, exp: seconds + 3600,
    phone_number: `+1555${parseInt(run.slice(0, 6), 16)}`, email: `firebase-${run}@example.com`,
  };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const access = { project_id: project, access_token: `${part({ alg: 'none' })}.${part(claims)}.` };
  await withSettings({ firebase_projects: { [project]: { unsigned: true } } }, async () => {
    const phone = client();
    const session = await phone.createSession({ provider: 'firebase_phone', firebase_phone: access });
    assert.equal(session.user.phone.replace('+', ''), claims.phone_number.replace('+', ''));
    const email = client();
    const { user } = await email.createSession({ provider: 'firebase_email', firebase_email: access });
    assert.equal(user.email, claims.email);
    await refused(
      client().createSession({
        provider: 'firebase_phone', firebase_phone: { ...access, access_token: 'no.token.' },
      }),
      422, /errors/
    );
    await Promise.all([phone.users.delete(), email.users.delete()]);
  });
});

controlStep('sign-in by the app\'s own identity provider', async () => {
  const provider = createServer(async (request, response) => {
    const { token } = JSON.parse(Buffer.concat(await request.toArray()));
    response.statusCode = token === `external-${run}` ? 200 : 404;
    response.end(JSON.stringify(response.statusCode === 200 ? { user: { id: `u-${run}` } } : {}));
  });
  await once(provider.listen(0, '127.0.0.1'), 'listening');
  const identity_provider = {
    url: `http://127.0.0.1:${provider.address().port}/verify`,
    request: { token: '#{login}' },
    response: { uid: '#{user.id}' },
  };
  try {
    await withSettings({ identity_provider }, async () => {
      const cube = client();
      const session = await cube.createSession({ login: `external-${run}`, password: 'any at all' });
      assert.equal(session.user.external_id, `u-${run}`);
      await refused(
        client().createSession({ login: 'not known there', password: 'any at all' }), 422,
        /Custom Identity Provider responded with an error.+Status code = 404/
      );
      await cube.users.delete();
    });
  } finally {
    provider.close();
  }
});

step('guest session', async () => {
  const guest = client();
  const session = await guest.createSession({ guest: '1', full_name: 'Awesome Guest' });
  isUser(session.user);
  assert.equal(session.user.is_guest, true);
  assert.equal(session.user.full_name, 'Awesome Guest');
  assert.match(session.user.login, /^guest_login_[0-9a-f]{36}$/i);
  await guest.users.delete();
});

step('a token from elsewhere is taken in', async () => {
  const taken = init(client(), { token: cubes.alice.service.getSession().token });
  assert.equal((await taken.auth.getSession()).user_id, users.alice.id);
});

step('login and logout on an app session', async () => {
  const cube = client();
  const before = await cube.createSession();
  const { login, password } = accounts.carol;
  const user = await cube.auth.login({ login, password });
  isUser(user);
  assert.equal(user.id, users.carol.id);
  const during = await cube.auth.getSession();
  assert.equal(during.token, before.token);
  assert.equal(during.user_id, users.carol.id);
  assert.equal(await cube.auth.logout(), '');
  const after = await cube.auth.getSession();
  assert.equal(after.token, before.token);
  assert.equal(after.user_id, null);
  assert.equal(await cube.destroySession(), undefined);
});

step('logout: an app session is refused', async () => {
  const cube = client();
  await cube.createSession();
  await refused(cube.auth.logout(), 403, NEED_USER);
});

step('login: by e-mail, and refused with a wrong or no password', async () => {
  const cube = client();
  await cube.createSession();
  const { login, email, password } = accounts.carol;
  await refused(cube.auth.login({ login, password: 'not hers' }), 401, ['Invalid password']);
  await refused(cube.auth.login({ login }), 422, { password: ['cannot be blank'] });
  assert.equal((await cube.auth.login({ email, password })).id, users.carol.id);
  cubes.carol = cube;
});

// ── users ──────────────────────────────────────────────────────────────────────────────────────

step('update one\'s own profile', async () => {
  const changes = { full_name: `Sdk${run} alice the first`, website: null, timezone: -120 };
  const { user } = await cubes.alice.users.update(changes);
  isUser(user);
  assert.deepEqual(
    { full_name: user.full_name, website: user.website, timezone: user.timezone },
    changes
  );
  assert.equal(user.custom_data, accounts.alice.custom_data);
  users.alice = user;
});

step('update: another\'s profile is refused', async () => {
  const alice = client(cubes.alice.service.getSession());
  alice.service.setCurrentUserId(users.bob.id);
  await refused(alice.users.update({ full_name: 'taken over' }), 403, /errors/);
  assert.equal((await app.users.get(users.bob.id)).user.full_name, accounts.bob.full_name);
});

step('update: an app session is refused', async () => {
  const cube = client(app.service.getSession());
  cube.service.setCurrentUserId(users.bob.id);
  await refused(cube.users.update({ full_name: 'by nobody' }), 403, NEED_USER);
});

step('password change', async () => {
  const { login, password } = accounts.alice;
  const changed = 'another secret';
  await refused(
    cubes.alice.users.update({ password: changed, old_password: 'not hers' }), 422, /old_password/
  );
  const other = client();
  await other.createSession({ login, password });
  await cubes.alice.users.update({ password: changed, old_password: password });
  assert.equal((await cubes.alice.auth.getSession()).user_id, users.alice.id, 'her own session stays');
  await refused(other.auth.getSession(), 401, SESSION_GONE);
  await refused(client().createSession({ login, password }), 401, ['Invalid password']);
  assert.equal((await client().createSession({ login, password: changed })).user_id, users.alice.id);
  accounts.alice.password = changed;
});

step('V2: by id, login, e-mail, phone, external id', async () => {
  const { bob } = users;
  for (const field of ['id', 'login', 'email', 'phone', 'external_id', 'facebook_id', 'twitter_id']) {
    const page = await app.users.getV2({ [field]: bob[field] });
    assert.deepEqual(ids(page), [bob.id], field);
    assert.equal(page.total_entries, 1);
    page.items.forEach(isUser);
  }
});

step('V2: in, nin, limit, offset, sort', async () => {
  const { alice, bob, carol } = users;
  const all = [alice.id, bob.id, carol.id];
  assert.deepEqual(ids(await app.users.getV2({ id: { in: all } })), [...all].sort((a, b) => a - b));
  assert.deepEqual(
    ids(await app.users.getV2({ login: { in: [bob.login, carol.login] }, sort_desc: 'login' })),
    [carol.id, bob.id]
  );
  assert.deepEqual(
    ids(await app.users.getV2({ user_tags: { in: [tag] }, id: { nin: [bob.id] }, sort_asc: 'login' })),
    [alice.id, carol.id]
  );
  const page = await app.users.getV2({ id: { in: all }, limit: 1, offset: 1, sort_asc: 'id' });
  assert.deepEqual(ids(page), [bob.id]);
  assert.deepEqual([page.limit, page.skip, page.total_entries], [1, 1, 3]);
});

step('V2: start_with, tags, dates', async () => {
  const found = await app.users.getV2({ full_name: { start_with: `Sdk${run}` } });
  assert.equal(found.total_entries, 3);
  assert.equal(found.limit, 5);
  assert.deepEqual(ids(await app.users.getV2({ user_tags: 'other', id: users.carol.id })), [users.carol.id]);
  const since = { user_tags: tag, created_at: { gte: users.alice.created_at } };
  assert.equal((await app.users.getV2(since)).total_entries, 3);
  const before = { user_tags: tag, created_at: { lt: users.alice.created_at } };
  assert.deepEqual((await app.users.getV2(before)).items, []);
});

step('V2: invalid filters are refused', async () => {
  for (const filter of [
    { created_at: { gte: users.alice.created_at } },
    { login: { nin: ['a'] } },
    { user_tags: { nin: ['guest'] } },
    { login: { start_with: 'vip' } },
    { id: users.bob.id, limit: 101 },
    { id: users.bob.id, sort_asc: 'id', sort_desc: 'id' },
  ]) {
    await refused(app.users.getV2(filter), 422, /errors/);
  }
});

step('V1: one user by each look-up', async () => {
  const { bob } = users;
  assert.equal((await app.users.get(bob.id)).user.id, bob.id);
  for (const field of ['login', 'email', 'phone', 'facebook_id', 'twitter_id']) {
    const { user } = await app.users.get({ [field]: bob[field] });
    assert.equal(user.id, bob.id, field);
    isUser(user);
  }
  assert.equal((await app.users.get({ external: bob.external_id })).user.id, bob.id);
});

step('V1: nobody is found', async () => {
  await refused(app.users.get(987654321012), 404, USER_NOT_FOUND);
  await refused(app.users.get({ login: nameOf('nobody') }), 404, USER_NOT_FOUND);
  await refused(app.users.get({ external: nameOf('nobody') }), 404, USER_NOT_FOUND);
});

step('V1: pages by full name and by tags', async () => {
  const { bob, carol } = users;
  const named = await app.users.get({ full_name: bob.full_name, page: 1, per_page: 5 });
  assert.deepEqual(wrappedIds(named), [bob.id]);
  assert.deepEqual([named.current_page, named.per_page, named.total_entries], [1, 5, 1]);
  const tagged = await app.users.get({ tags: tag, per_page: 2, page: 2 });
  assert.equal(tagged.total_entries, 3);
  assert.deepEqual(wrappedIds(tagged), [carol.id]);
  const any = await app.users.get({ tags: [tag, 'nobody has this'] });
  assert.equal(any.total_entries, 3);
});

step('V1: the list in pages', async () => {
  const all = Object.values(users).map((user) => user.id);
  const filter = { field: 'id', param: 'in', value: all };
  const seen = [];
  for (const page of [1, 2, 3]) {
    const listed = await app.users.get({ filter, page, per_page: 2, order: { sort: 'asc', field: 'id' } });
    assert.deepEqual([listed.current_page, listed.per_page, listed.total_entries], [page, 2, 3]);
    listed.items.forEach((item) => isUser(item.user));
    seen.push(wrappedIds(listed));
  }
  const [first, second, third] = [...all].sort((a, b) => a - b);
  assert.deepEqual(seen, [[first, second], [third], []]);
});

step('V1: the list with filters and order', async () => {
  const { alice, bob, carol } = users;
  const listed = await app.users.get({
    page: 1,
    per_page: 10,
    filter: [{ field: 'id', param: 'in', value: [bob.id, carol.id, alice.id] }],
    order: { sort: 'desc', field: 'id' },
  });
  assert.deepEqual(wrappedIds(listed), [carol.id, bob.id, alice.id]);
  const dated = await app.users.get({
    filter: [
      { field: 'login', param: 'in', value: [bob.login, carol.login] },
      { field: 'id', param: 'ne', value: bob.id },
    ],
    order: { sort: 'asc', field: 'created_at' }, // says it is a string, which is ignored
  });
  assert.deepEqual(wrappedIds(dated), [carol.id]);
  const nothing = await app.users.get({ filter: { field: 'id', param: 'in', value: [String(bob.id)] } });
  assert.deepEqual([nothing.per_page, nothing.total_entries, nothing.items], [0, 0, []]);
});

step('users who are online, and their number', async () => {
  const { users: online } = await cubes.alice.users.listOnline({ limit: 100, offset: 0 });
  online.forEach(isUser);
  const { count } = await cubes.alice.users.getOnlineCount();
  assert.ok(Number.isInteger(count) && count >= 1);
  // Who has just asked is online; of more than a page of others she may be on the next one.
  assert.ok(count > 100 || online.some((user) => user.id === users.alice.id));
  const { users: second } = await cubes.alice.users.listOnline({ limit: 1, offset: 1 });
  assert.ok(second.length <= 1 && second.every((user) => user.id !== online[0].id));
});

step('password reset by mail', async () => {
  assert.equal(await app.users.resetPassword(accounts.bob.email), '');
  await refused(app.users.resetPassword(`${nameOf('nobody')}@example.com`), 404, USER_NOT_FOUND);
});

controlStep('password reset: the link in the mail sets a new password', async () => {
  const { login, email, password } = accounts.bob;
  const { messages } = await order('GET', `mailbox?to=${encodeURIComponent(email)}`);
  const [link] = messages.at(-1).text.match(/https?:\/\/\S+/);
  const changed = 'set through the mail';
  const form = new URLSearchParams({ password: changed, repeated: changed });
  assert.equal((await fetch(link, { method: 'POST', body: form })).status, 200);
  await refused(cubes.bob.auth.getSession(), 401, SESSION_GONE);
  await refused(client().createSession({ login, password }), 401, ['Invalid password']);
  accounts.bob.password = changed;
  assert.equal((await cubes.bob.createSession({ login, password: changed })).user_id, users.bob.id);
});

controlStep('password reset: refused where the app switched it off', async () => {
  await withSettings({ reset_password_by_email: false }, () =>
    refused(
      app.users.resetPassword(accounts.bob.email), 422,
      { base: ['Reset password by email is disabled'] }
    )
  );
});

controlStep('V1: refused where the app switched it off', async () => {
  await withSettings({ list_users_v1: false }, () =>
    refused(app.users.get({ page: 1 }), 403, /Users retrieving forbidden in admin panel/)
  );
});

// ── storage ────────────────────────────────────────────────────────────────────────────────────

// Bytes that a careless form or text conversion would spoil.
const everyByte = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
const file = Buffer.concat([
  everyByte,
  Buffer.from('\r\n--+++\r\nContent-Disposition: form-data; name="key"\r\n\r\nother\r\n--+++--\r\n'),
  randomBytes(200_000),
]);
const stored = {};

async function bytesAt(url) {
  const response = await fetch(url);
  assert.equal(response.status, 200, `${response.status} from ${new URL(response.url).pathname}`);
  return Buffer.from(await response.arrayBuffer());
}

async function statusAt(url) {
  const response = await fetch(url, { redirect: 'manual' });
  await response.arrayBuffer();
  return response.status;
}

step('storage: an app session is refused', async () => {
  await refused(app.storage.create({ name: 'a.bin', content_type: 'image/png' }), 403, NEED_USER);
});

step('storage: create and upload a private file', async () => {
  const blob = await cubes.alice.storage.createAndUpload({
    name: 'größe & co.png', file, type: 'image/png', size: file.length, public: false,
  });
  assert.match(blob.uid, /^[0-9A-F]{36}$/);
  assert.equal(blob.public, false);
  assert.equal(blob.size, file.length);
  assert.equal(blob.blob_object_access.object_access_type, 'Write');
  stored.private = blob;
});

step('storage: the upload form has the known fields, in order', async () => {
  const { params } = stored.private.blob_object_access;
  assert.deepEqual(params.split('?')[1].split('&').map((pair) => pair.split('=')[0]), [
    'Content-Type', 'Expires', 'acl', 'key', 'policy', 'success_action_status',
    'x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature',
  ]);
  assert.ok(!params.includes('+'), 'the SDK would send a plus sign as it is');
});

step('storage: information by id and by uid', async () => {
  const { blob } = await cubes.alice.storage.getInfo(stored.private.id);
  assert.deepEqual(
    [blob.id, blob.uid, blob.name, blob.content_type, blob.size, blob.public],
    [stored.private.id, stored.private.uid, 'größe & co.png', 'image/png', file.length, false]
  );
  assert.deepEqual((await cubes.alice.storage.getFile(stored.private.uid)).blob, blob);
});

step('storage: the private URL answers the bytes', async () => {
  assert.deepEqual(await bytesAt(cubes.alice.storage.privateUrl(stored.private.uid)), file);
  assert.deepEqual(await bytesAt(cubes.bob.storage.privateUrl(stored.private.uid)), file);
});

step('storage: a private file has no public URL', async () => {
  const url = cubes.alice.storage.publicUrl(stored.private.uid);
  assert.equal(await statusAt(url), 403);
  assert.equal(await statusAt(`${url}?token=${'0'.repeat(36)}`), 401);
});

step('storage: the signed URL answers the bytes', async () => {
  const { blob } = await cubes.alice.storage.getFileObject(stored.private.uid, { download_url: 1 });
  const url = blob.blob_object_access.download_url;
  assert.ok(!url.includes(cubes.alice.service.getSession().token), 'a token in a signed URL');
  assert.deepEqual(await bytesAt(url), file);
});

step('storage: a public file, read by anybody', async () => {
  const blob = await cubes.bob.storage.createAndUpload({
    name: 'public.txt', file: everyByte, type: 'text/plain', size: everyByte.length, public: true,
  });
  assert.equal(blob.public, true);
  assert.deepEqual(await bytesAt(client().storage.publicUrl(blob.uid)), everyByte);
  stored.public = blob;
});

step('avatar: the uid in `avatar`, as the guide for JavaScript has it', async () => {
  const { alice, bob } = cubes;
  const blob = await alice.storage.createAndUpload({
    name: 'avatar.png', file, type: 'image/png', size: file.length, public: false,
  });
  const { user } = await alice.users.update({ avatar: blob.uid });
  assert.equal(user.avatar, blob.uid);
  const seen = (await bob.users.get(users.alice.id)).user;
  assert.deepEqual(await bytesAt(bob.storage.privateUrl(seen.avatar)), file);
});

step('avatar: the uid in `custom_data`, as the guide for Kotlin has it', async () => {
  const { alice, bob } = cubes;
  const blob = await alice.storage.createAndUpload({
    name: 'avatar.png', file: everyByte, type: 'image/png', size: everyByte.length, public: true,
  });
  await alice.users.update({ custom_data: JSON.stringify({ avatar_uid: blob.uid }) });
  const { items: [seen] } = await bob.users.getV2({ id: users.alice.id });
  const { avatar_uid: uid } = JSON.parse(seen.custom_data);
  assert.deepEqual(await bytesAt(bob.storage.privateUrl(uid)), everyByte);
  assert.deepEqual(await bytesAt(bob.storage.publicUrl(uid)), everyByte);
});

step('storage: create, upload and complete by hand', async () => {
  const { storage } = cubes.alice;
  const { blob } = await storage.create({ name: 'by-hand.bin', content_type: 'application/zip', public: false });
  assert.equal(blob.size, null);
  await refused(storage.getInfo(blob.id), 404, /errors/);
  const access = new URL(blob.blob_object_access.params);
  const data = Object.fromEntries(access.searchParams);
  const receipt = await storage.upload({
    url: `${access.origin}${access.pathname}`, data: { ...data, file: everyByte },
  });
  assert.match(receipt, /<PostResponse>[^]*<Key>/);
  assert.equal(await storage.markUploaded({ id: blob.id, size: everyByte.length }), '');
  assert.deepEqual(await bytesAt(storage.privateUrl(blob.uid)), everyByte);
  stored.byHand = blob;
});

step('storage: a form whose key was changed is refused', async () => {
  const { storage } = cubes.alice;
  const { blob } = await storage.create({ name: 'forged.bin', content_type: 'application/zip', public: false });
  const access = new URL(blob.blob_object_access.params);
  const data = { ...Object.fromEntries(access.searchParams), key: stored.public.uid, file: Buffer.from('x') };
  const url = `${access.origin}${access.pathname}`;
  // The store's refusal is XML, which the SDK tries to read as JSON: any rejection will do.
  await assert.rejects(storage.upload({ url, data }));
  assert.deepEqual(await bytesAt(client().storage.publicUrl(stored.public.uid)), everyByte);
});

step('storage: the list of one\'s own files', async () => {
  const page = await cubes.alice.storage.list({ page: 1, per_page: 10 });
  const listed = page.items.map((item) => item.blob.id);
  assert.ok(listed.includes(stored.private.id) && listed.includes(stored.byHand.id));
  assert.ok(!listed.includes(stored.public.id), 'a file of another user');
  assert.deepEqual([page.current_page, page.per_page], [1, 10]);
  const next = await cubes.alice.storage.list({ page: 2, per_page: 1 });
  assert.deepEqual(next.items.map((item) => item.blob.id), [listed[1]]);
  assert.equal(next.total_entries, page.total_entries);
});

step('storage: only the owner deletes a file', async () => {
  await refused(cubes.bob.storage.delete(stored.private.id), 403, /errors/);
  assert.equal(await cubes.alice.storage.delete(stored.private.id), '');
  await refused(cubes.alice.storage.getInfo(stored.private.id), 404, /errors/);
  assert.equal(await statusAt(cubes.alice.storage.privateUrl(stored.private.uid)), 404);
});

step('storage: unknown files and refused fields', async () => {
  await refused(cubes.alice.storage.getInfo(987654321012), 404, /errors/);
  await refused(cubes.alice.storage.delete(987654321012), 404, /errors/);
  await refused(cubes.alice.storage.create({ content_type: 'image/png' }), 422, /"name"/);
  await refused(cubes.alice.storage.create({ name: '', content_type: 'image/png' }), 422, /"name"/);
});

// ── endings ────────────────────────────────────────────────────────────────────────────────────

// Lets every listener of the SDK's shared configuration be set, and taken back.
async function withSessionExpired(listener, action) {
  init(new ConnectyCube.ConnectyCube(), { on: { sessionExpired: listener } });
  try {
    return await action();
  } finally {
    init(new ConnectyCube.ConnectyCube(), { on: { sessionExpired: undefined } });
  }
}

controlStep('each request prolongs a session', async () => {
  await advance(7000);
  await cubes.bob.auth.getSession();
  await advance(7000);
  assert.equal((await cubes.bob.auth.getSession()).user_id, users.bob.id);
});

controlStep('an expired session is renewed by sessionExpired and the call replayed', async () => {
  const { login, password } = accounts.alice;
  const alice = cubes.alice;
  await alice.createSession({ login, password });
  const before = alice.service.getSession().token;
  await advance(7201);
  let asked = 0;
  const { user } = await withSessionExpired(
    (_handleResponse, retry) => {
      asked += 1;
      alice.createSession({ login, password }).then(retry);
    },
    () => alice.users.get(users.alice.id)
  );
  assert.equal(user.id, users.alice.id);
  assert.equal(asked, 1);
  assert.notEqual(alice.service.getSession().token, before);
});

controlStep('an expired session: handleResponse hands over the refusal', async () => {
  await cubes.bob.createSession({ login: accounts.bob.login, password: accounts.bob.password });
  await advance(7201);
  await withSessionExpired(
    (handleResponse) => handleResponse(),
    () => refused(cubes.bob.users.get(users.bob.id), 401, SESSION_GONE)
  );
});

step('sign in again', async () => {
  for (const who of ['alice', 'bob', 'carol']) {
    const { login, password } = accounts[who];
    assert.equal((await cubes[who].createSession({ login, password })).user_id, users[who].id);
  }
});

step('destroy a session', async () => {
  const { token } = cubes.carol.service.getSession();
  await cubes.carol.destroySession();
  assert.equal(cubes.carol.service.getSession(), null);
  await refused(client({ token }).auth.getSession(), 401, SESSION_GONE);
  const { login, password } = accounts.carol;
  await cubes.carol.createSession({ login, password });
});

step('delete oneself', async () => {
  for (const who of ['alice', 'bob', 'carol']) {
    const { token } = cubes[who].service.getSession();
    assert.equal(await cubes[who].users.delete(), '');
    await refused(client({ token }).auth.getSession(), 401, SESSION_GONE);
  }
  const cube = client();
  await cube.createSession();
  await refused(cube.users.get(users.alice.id), 404, USER_NOT_FOUND);
  assert.equal((await cube.users.getV2({ user_tags: tag })).total_entries, 0);
});

// ── run ────────────────────────────────────────────────────────────────────────────────────────

const describe = (error) =>
  error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error);

for (const { name, run: attempt } of steps) {
  let line = { step: name, ok: true, detail: '' };
  try {
    await attempt();
  } catch (error) {
    line = { step: name, ok: false, detail: describe(error) };
  }
  console.log(JSON.stringify(line));
}
