/**
 * Fits the CPU profiles to measured loopback rows, where there is hardly anything but CPU: each figure is moved until
 * the simulation of a row gives its measured median. Prints the profiles as src/security/cpu-profiles.ts has them,
 * and every row's measured and simulated value.
 *
 *   npm run fit:cpu                      the rows in bench/cpu/loopback.csv
 */
import { readFileSync } from 'node:fs'
import { loadScenario } from '../../src/scenario/load.ts'
import type { CpuProfile } from '../../src/security/cpu-profile.ts'
import { CPU_PROFILES } from '../../src/security/cpu-profiles.ts'
import { collectResult } from '../../src/simulation/collect/collect-result.ts'
import { makePlan } from '../../src/simulation/plan/make-plan.ts'
import { Simulation } from '../../src/simulation/simulation.ts'

type Stack = 'go' | 'nodejs'

/** What OpenSSL takes on the same machine, in nanoseconds (facts, kubernetes-paths.md 4.3). */
const SIGN_NS = { 'ecdsa-p256': 18_900, 'rsa-2048': 244_000, ed25519: 35_500 }
const VERIFY_NS = { 'ecdsa-p256': 58_100, 'rsa-2048': 16_800, ed25519: 58_100 }
const X25519_NS = 29_800
/** ML-KEM-768 is about as fast as X25519; the hybrid does both. Not measured. */
const KEY_SHARE_NS = { x25519: X25519_NS, x25519mlkem768: 2 * X25519_NS }

/**
 * sshd's log-in delay: at 80 ms of round trip the measured set-up is seven round trips and 28.0 ms; on loopback it is
 * 35.6 ms, since there the first of two equal delays is not hidden behind a round trip. Their difference is one delay.
 */
const SSH_LOGIN_DELAY_NS = 7_500_000

const PATHS: Readonly<Record<string, string>> = {
  http: '{ from: host, to: host }',
  tls13: '{ from: host, to: host, scheme: https, tls: { version: 1.3 } }',
  tls12: '{ from: host, to: host, scheme: https, tls: { version: 1.2 } }',
  mtls: '{ from: host, to: host, scheme: https, tls: { version: 1.3, client: certificate } }',
  ssh: '{ from: host, to: host, tunnel: ssh }',
  'ssh+http': '{ from: host, to: host, tunnel: ssh }',
  'ssh+tls13': '{ from: host, to: host, scheme: https, tls: { version: 1.3 }, tunnel: ssh }',
}

const measured = readMeasured()

function readMeasured(): Map<string, number> {
  const lines = readFileSync('bench/cpu/loopback.csv', 'utf8').trim().split('\n').slice(1)
  const values = new Map<string, number[]>()
  for (const line of lines) {
    const [stack, , , , , , , path, what, , value] = line.split(',')
    const key = `${stack} ${path} ${what}`
    values.set(key, [...(values.get(key) ?? []), Number(value)])
  }
  return new Map([...values].map(([key, list]) => [key, list.sort((a, b) => a - b)[Math.floor(list.length / 2)]]))
}

/** Milliseconds, or megabits a second where `what` is a bulk. */
function simulate(profile: CpuProfile, path: string, what: string): number {
  const bulk = /^bulk(\d+)$/.exec(what)
  const work = bulk
    ? `{ path: p, connection: per-request, requests: 1, response: ${bulk[1]}B }`
    : `{ path: p, connection: ${what === 'keep' ? 'keep-alive' : 'per-request'}, requests: 31, response: 1000B }`
  const text = `{ version: 1, name: fit, hosts: { host: {} }, paths: { p: ${PATHS[path]} }, workloads: { w: ${work} } }`
  const loaded = loadScenario({ text, file: 'fit' })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const { blueprint } = loaded.scenario
  const simulation = new Simulation(makePlan(blueprint, { ...CPU_PROFILES, go: profile }))
  simulation.begin()
  simulation.runUntil(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)
  const [workload] = collectResult(simulation, blueprint, [], 'finished').workloads
  const value = bulk ? workload.throughputMbps : what === 'setup' ? workload.tunnelSetupMs : workload.latencyMs.p50
  return value ?? Number.NaN
}

/** The value of one figure, from 0 to `most`, at which the row comes out as measured; the figure only ever raises it. */
function solve(
  stack: Stack,
  path: string,
  what: string,
  most: number,
  profileWith: (value: number) => CpuProfile,
): number {
  const wanted = measured.get(`${stack} ${path} ${what}`)
  if (wanted === undefined) throw new Error(`nothing was measured for ${stack} ${path} ${what}`)
  const isBulk = what.startsWith('bulk')
  let [low, high] = [0, most]
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2
    const value = simulate(profileWith(middle), path, what)
    if (isBulk ? value > wanted : value < wanted) low = middle
    else high = middle
  }
  return high
}

function fitHttp(stack: Stack): CpuProfile {
  let profile: CpuProfile = { ...CPU_PROFILES.instant, keyShareNs: KEY_SHARE_NS, sshLoginDelayNs: SSH_LOGIN_DELAY_NS }
  // Only sums show: a request's work is split in three, a connection's in two, evenly.
  const withRequest = (ns: number) => ({
    ...profile,
    requestNs: Math.round(ns),
    serveNs: Math.round(ns),
    responseNs: Math.round(ns),
  })
  profile = withRequest(solve(stack, 'http', 'keep', 1e6, withRequest))
  const withConnection = (ns: number) => ({ ...profile, dialNs: Math.round(ns), acceptNs: Math.round(ns) })
  profile = withConnection(solve(stack, 'http', 'fresh', 1e6, withConnection))
  const withRecord = (ns: number) => ({ ...profile, recordNs: Math.round(ns) })
  return withRecord(solve(stack, 'tls13', 'keep', 1e6, withRecord))
}

/** The work of a flight, and how much slower than OpenSSL the stack signs and verifies: whatever errs least. */
function fitHandshake(stack: Stack, profile: CpuProfile): CpuProfile {
  let best = { error: Number.POSITIVE_INFINITY, profile }
  for (let scale = 1; scale <= 20; scale += scale < 4 ? 0.25 : 1) {
    for (let flightNs = 50_000; flightNs <= 900_000; flightNs += 5_000) {
      const candidate = {
        ...profile,
        tlsFlightNs: flightNs,
        signNs: scaled(SIGN_NS, scale),
        verifyNs: scaled(VERIFY_NS, scale),
      }
      const error = ['tls13', 'tls12', 'mtls'].reduce(
        (worst, path) => Math.max(worst, errorOf(stack, candidate, path)),
        0,
      )
      if (error < best.error) best = { error, profile: candidate }
    }
  }
  return best.profile
}

function errorOf(stack: Stack, profile: CpuProfile, path: string): number {
  const wanted = measured.get(`${stack} ${path} fresh`) ?? Number.NaN
  return Math.abs(simulate(profile, path, 'fresh') / wanted - 1)
}

function scaled<K extends string>(figures: Record<K, number>, factor: number): Record<K, number> {
  return Object.fromEntries(
    Object.entries<number>(figures).map(([key, ns]) => [key, Math.round(ns * factor)]),
  ) as Record<K, number>
}

function fitBytes(stack: Stack, before: CpuProfile): CpuProfile {
  const withByte = (ns: number) => ({ ...before, recordByteNs: rounded(ns) })
  return withByte(solve(stack, 'tls13', 'bulk200000000', 10, withByte))
}

function fitSsh(stack: Stack, before: CpuProfile): CpuProfile {
  let profile: CpuProfile = { ...before, sshMessageNs: before.tlsFlightNs }
  const withPacket = (ns: number) => ({ ...profile, sshPacketNs: Math.round(ns) })
  profile = withPacket(solve(stack, 'ssh+http', 'keep', 1e6, withPacket))
  const withByte = (ns: number) => ({ ...profile, sshByteNs: rounded(ns) })
  profile = withByte(solve(stack, 'ssh+http', 'bulk200000000', 10, withByte))
  const withSession = (ns: number) => ({ ...profile, sshSessionNs: Math.round(ns) })
  return withSession(solve(stack, 'ssh', 'setup', 1e8, withSession))
}

/** Nanoseconds a byte, to a ten-thousandth. */
function rounded(ns: number): number {
  return Math.round(ns * 10_000) / 10_000
}

const goHandshake = fitHandshake('go', fitHttp('go'))
const go = fitSsh('go', fitBytes('go', goHandshake))
const nodeHandshake = fitHandshake('nodejs', fitHttp('nodejs'))
// Nothing else was measured of Node.js: bytes and SSH are Go's.
const { recordByteNs, sshSessionNs, sshMessageNs, sshPacketNs, sshByteNs } = go
const nodejs = { ...nodeHandshake, recordByteNs, sshSessionNs, sshMessageNs, sshPacketNs, sshByteNs }

console.log(JSON.stringify({ go, nodejs }, null, 2))
for (const [key, value] of measured) {
  const [stack, path, what] = key.split(' ')
  const simulated = simulate(stack === 'go' ? go : nodejs, path, what)
  const error = `${((simulated / value - 1) * 100).toFixed(1)} %`
  console.error(
    key.padEnd(32),
    'measured',
    value.toFixed(3).padStart(10),
    'simulated',
    simulated.toFixed(3).padStart(10),
    error.padStart(8),
  )
}
