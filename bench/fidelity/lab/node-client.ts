/** The client of the rows of stack nodejs: `node node-client.js FOLDER HOST PATH WHAT REPETITIONS`, a value a line. */
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { HTTP_PORT, MTLS_PORT, TLS_PORT } from './node-ports.ts'

const [folder, host, path, what, times] = process.argv.slice(2)
const repetitions = Number(times)
const read = (name: string) => readFileSync(`${folder}/${name}`)

const PORTS: Readonly<Record<string, number>> = { http: HTTP_PORT, tls13: TLS_PORT, tls12: TLS_PORT, mtls: MTLS_PORT }
/** The options of the agent: sessions are not resumed, and no state is kept for later connections. */
const agentOptions = { keepAlive: what === 'keep', maxSockets: 1, maxCachedSessions: 0 }
const tlsOptions = (): https.AgentOptions => ({
  ca: read('ca.pem'),
  servername: 'node',
  // The first is used; the second is that of the certificate, without which TLS 1.2 refuses it.
  ecdhCurve: 'X25519:P-256',
  ...(path === 'tls12'
    ? { maxVersion: 'TLSv1.2' as const, ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }
    : { minVersion: 'TLSv1.3' as const, ciphers: 'TLS_AES_128_GCM_SHA256' }),
  ...(path === 'mtls' ? { key: read('client.key'), cert: read('client.pem') } : {}),
})
const isPlain = path === 'http'
const agent = isPlain ? new http.Agent(agentOptions) : new https.Agent({ ...agentOptions, ...tlsOptions() })

/** Returns the milliseconds from the request to the last byte. */
function get(bytes: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now()
    const request = (isPlain ? http : https).get(
      { host, port: PORTS[path], path: `/${bytes}`, agent, timeout: 60_000 },
      (response) => {
        response.resume()
        response.once('end', () => resolve(performance.now() - start))
        response.once('error', reject)
      },
    )
    request.once('timeout', () => request.destroy(new Error('no answer')))
    request.once('error', reject)
  })
}

const [, bulk] = /^bulk(\d+)$/.exec(what) ?? []
const bytes = bulk === undefined ? 1000 : Number(bulk)
if (bulk === undefined) await get(bytes)
for (let i = 0; i < repetitions; i++) {
  const ms = await get(bytes)
  console.log((bulk === undefined ? ms : (bytes * 8) / 1000 / ms).toFixed(4))
}
agent.destroy()
