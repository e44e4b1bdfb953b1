// A real OpenID Connect provider for test_oidc.py: certified software, made-up persons, development log-in pages.
// Arguments: port, redirect address. Writes "ready" when it listens.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../frontend/package.json", import.meta.url));
const { default: Provider } = await import(require.resolve("oidc-provider"));

const [port, redirect] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
// The log-in page takes any name; what is known of each person stands here.
const persons = {
  "verified": { email: "zhou@example.org", email_verified: true, preferred_username: "zhou-at-provider", name: "周宁" },
  "unverified": { email: "zhou@example.org", email_verified: false, preferred_username: "zhou", name: "周宁" },
  "stranger": { email: "stranger@example.org", email_verified: true, preferred_username: "stranger", name: "陌生人" },
};

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "bandeng",
      client_secret: "a-secret-of-tests",
      redirect_uris: [redirect],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      token_endpoint_auth_method: "client_secret_post",
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
  cookies: { keys: ["a-key-of-tests"] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, ...persons[id] }),
  }),
});

provider.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
