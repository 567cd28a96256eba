// Plays histories (contract_tests/client/histories.py) with the official JavaScript SDK.
//
// Started by contract_tests/client/players.py with the CONNECTYCUBE_* variables. One step a line comes
// in, as JSON; one line goes out when it is done: empty, or what went wrong.

import { createInterface } from 'node:readline';
import ConnectyCube from 'connectycube';

const baseUrl = process.env.CONNECTYCUBE_BASE_URL;
const credentials = {
  appId: Number(process.env.CONNECTYCUBE_APP_ID),
  authKey: process.env.CONNECTYCUBE_AUTH_KEY,
};

function client() {
  const cube = new ConnectyCube.ConnectyCube();
  cube.init(credentials, { endpoints: { api_url: baseUrl }, debug: { mode: 0 } });
  return cube;
}

let cubes = {};
let files = {};

const STEPS = {
  begin() {
    cubes = {};
    files = {};
  },
  async sign_up({ who, password, profile }) {
    cubes[who] = client();
    await cubes[who].users.signup({ login: who, password, ...profile });
  },
  sign_in: ({ who, password }) => cubes[who].createSession({ login: who, password }),
  log_in: ({ who, password }) => cubes[who].auth.login({ login: who, password }),
  log_out: ({ who }) => cubes[who].auth.logout(),
  destroy: ({ who }) => cubes[who].destroySession(),
  update: ({ who, profile }) => cubes[who].users.update(profile),
  tag: ({ who, tags }) => cubes[who].users.update({ tag_list: tags }),
  tell: ({ who, custom_data }) => cubes[who].users.update({ custom_data }),
  change_password: ({ who, old, new: password }) =>
    cubes[who].users.update({ password, old_password: old }),
  async upload({ who, file, name, content_type: type, public: isPublic, base64 }) {
    const bytes = Buffer.from(base64, 'base64');
    const stored = await cubes[who].storage.createAndUpload({
      name, type, file: bytes, size: bytes.length, public: isPublic,
    });
    files[file] = stored.id;
  },
  // `storage.update` sends GET by mistake: the same request as it should be, through the SDK's proxy.
  rename: ({ who, file, name }) =>
    cubes[who].service.ajax({
      type: 'PUT', url: `${baseUrl}/blobs/${files[file]}.json`, data: { blob: { name } },
    }),
  delete_file: ({ who, file }) => cubes[who].storage.delete(files[file]),
  delete_user: ({ who }) => cubes[who].users.delete(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const step = JSON.parse(line);
  try {
    await STEPS[step.do](step);
    console.log('');
  } catch (error) {
    console.log(error instanceof Error ? error.stack.replaceAll('\n', ' ') : JSON.stringify(error));
  }
}
