// Measures the official JavaScript SDK as benchmarks/worker.py measures the others; one line of JSON.
// It has no call for one user by id, so it reads one by login: a request of the same size.

import { Socket, isIP } from 'node:net';

const [near, far, seconds, most] = process.argv.slice(2);
const limits = { seconds: Number(seconds), calls: Number(most) };
const AT_ONCE = 64;
const PAGE = 100;
const BATCH = 4;
const WARM_UP = 5;

// An SDK whose `api_url` is forgotten calls the real service: no socket leaves this machine.
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...args) {
  const { host, path } = args.flat().find((each) => each && typeof each === 'object') ?? {};
  const isLoopback = host === 'localhost' || (isIP(host ?? '') && /^(127\.|::1$)/.test(host));
  if (!path && !isLoopback) throw new Error(`a call to ${host}, which is not this machine`);
  return connect.apply(this, args);
};

const beforeImport = performance.now();
const { default: ConnectyCube } = await import('connectycube');
const importMs = performance.now() - beforeImport;

const cpuMicroseconds = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
const check = (read, sent) => {
  if (read !== sent) throw new Error(`read ${read} instead of ${sent}`);
};

async function client(api_url) {
  const cube = new ConnectyCube.ConnectyCube();
  cube.init({ appId: 1, authKey: 'bench-key' }, { endpoints: { api_url }, debug: { mode: 0 } });
  await cube.createSession();
  return {
    get: async (id) => (await cube.users.get({ login: `diver${id}` })).user.id,
    page: async (limit) => (await cube.users.getV2({ user_tags: 'dive', limit })).items.length,
  };
}

async function atOnce(get, count, most, forSeconds) {
  let next = 1000;
  const durations = [];
  const cpu = cpuMicroseconds();
  const begin = performance.now();
  const end = begin + forSeconds * 1000;
  const work = async () => {
    for (let now = performance.now(); now < end && next < 1000 + most; ) {
      const id = next++;
      check(await get(id), id);
      const done = performance.now();
      durations.push(done - now);
      now = done;
    }
  };
  await Promise.all(Array.from({ length: count }, work));
  const wall = (performance.now() - begin) / 1000;
  const used = cpuMicroseconds() - cpu;
  durations.sort((a, b) => a - b);
  return {
    per_second: durations.length / wall,
    p99_ms: durations[Math.min(durations.length - 1, Math.floor(durations.length * 0.99))],
    cpu_us: used / durations.length,
  };
}

async function measured(get, count) {
  await atOnce(get, count, Math.min(20 + 2 * count, limits.calls), WARM_UP);
  return atOnce(get, count, limits.calls, limits.seconds);
}

async function furtherUser(page) {
  const batch = async (size) => {
    const begin = cpuMicroseconds();
    for (let each = 0; each < BATCH; each++) check(await page(size), size);
    return cpuMicroseconds() - begin;
  };
  await batch(1);
  await batch(PAGE);
  const extra = [];
  const end = performance.now() + limits.seconds * 1000;
  while (!extra.length || (performance.now() < end && extra.length * 8 < limits.calls)) {
    extra.push(((await batch(PAGE)) - (await batch(1))) / BATCH / (PAGE - 1));
  }
  extra.sort((a, b) => a - b);
  return extra[Math.floor(extra.length / 2)];
}

const nearby = await client(near);
const one = await measured(nearby.get, 1);
const user_us = await furtherUser(nearby.page);
const nearMany = await measured(nearby.get, AT_ONCE);
const farMany = await measured((await client(far)).get, AT_ONCE);
console.log(JSON.stringify({ one, user_us, near: nearMany, far: farMany, import_ms: importMs }));
process.exit(0);
