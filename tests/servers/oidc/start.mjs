// Starts an OpenID provider on loopback, says where in one line of JSON, and stops when its input ends.
// GUARD_OIDC holds {"clients": […], "people": {"login": {"preferred_username", "groups"}}}; any password will do.
import http from 'node:http'
import { Provider } from 'oidc-provider'

const { clients, people } = JSON.parse(process.env.GUARD_OIDC)
const server = http.createServer()
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const issuer = `http://127.0.0.1:${server.address().port}`
const provider = new Provider(issuer, {
  clients,
  claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  cookies: { keys: ['a test has no secrets'] },
  findAccount: (_, id) => (people[id] ? { accountId: id, claims: () => ({ sub: `sub-${id}`, ...people[id] }) } : undefined),
})
server.on('request', provider.callback())
console.log(JSON.stringify({ issuer }))
process.stdin.on('end', () => process.exit(0)).resume()
