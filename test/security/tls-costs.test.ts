import { describe, expect, test } from 'vitest'
import type { CpuProfile } from '../../src/security/cpu-profile.ts'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import type { TlsClient, TlsServer } from '../../src/security/tls-parameters.ts'
import { ms } from '../fixtures/lab.ts'
import { TlsLab } from '../fixtures/tls-lab.ts'
import { apiserverServing, clusterCa, kubeletClient } from './kubeadm-certificates.ts'
import { tlsClient, tlsServer } from './tls-ends.ts'

/** Prices of which every sum says what it is made of: a digit each, for counts below ten. */
const PRICES = {
  flight12: 1,
  flight13: 10,
  share: 100,
  hybrid: 1_000,
  signRsa: 10_000,
  signEcdsa: 100_000,
  verifyRsa: 1_000_000,
  verifyEcdsa: 10_000_000,
  verifyEd: 100_000_000,
} as const

const CPU: CpuProfile = {
  ...CPU_FIGURES.instant,
  tlsFlightNs: { '1.2': PRICES.flight12, '1.3': PRICES.flight13 },
  keyShareNs: { x25519: PRICES.share, x25519mlkem768: PRICES.hybrid },
  signNs: { 'rsa-2048': PRICES.signRsa, 'ecdsa-p256': PRICES.signEcdsa, ed25519: 0 },
  verifyNs: { 'rsa-2048': PRICES.verifyRsa, 'ecdsa-p256': PRICES.verifyEcdsa, ed25519: PRICES.verifyEd },
}

const ca = clusterCa('ed25519')
const client = tlsClient({ recordSizing: 'go' })
const server = tlsServer({ presents: { certificate: apiserverServing('rsa-2048'), issuer: ca }, recordSizing: 'go' })

/** The ticks at which the hello, the server's flight and the client's are written, and at which both ends are ready. */
function ticksOf(lab: TlsLab) {
  const { contents, timeline } = lab
  const ticks: number[] = []
  const append = contents.appendMarked.bind(contents)
  contents.appendMarked = (content, lengthBytes, kind, ...more) => {
    if (kind !== 0) ticks.push(timeline.now)
    append(content, lengthBytes, kind, ...more)
  }
  lab.run(ms(9_000))
  const [hello, serverFlight, clientFlight] = ticks
  return { hello, serverFlight, clientFlight, serverReady: lab.served.openTick!, clientReady: lab.asking.openTick! }
}

type Work = Partial<Record<keyof typeof PRICES, number>>

/** Returns the work of each end before what it writes, and before both are ready, as counts of what it was. */
function workOf(clientChanges: Partial<TlsClient>, serverChanges: Partial<TlsServer> = {}) {
  const changed = { client: { ...client, ...clientChanges }, server: { ...server, ...serverChanges } }
  // On a link without a rate, on which a packet never waits for another.
  const ends = { ...changed, link: 'delay: 10ms' } as const
  const [free, costly] = [CPU_FIGURES.instant, CPU].map((cpu) => ticksOf(new TlsLab({ ...ends, cpu })))
  const shift = (name: keyof typeof free) => costly[name] - free[name]
  const countsOf = (costNs: number): Work => {
    const counts = Object.entries(PRICES).map(([name, price]) => [name, Math.floor(costNs / price) % 10] as const)
    return Object.fromEntries(counts.filter(([, count]) => count > 0))
  }
  return {
    hello: countsOf(shift('hello')),
    serverFlight: countsOf(shift('serverFlight') - shift('hello')),
    clientFlight: countsOf(shift('clientFlight') - shift('serverFlight')),
    serverReady: countsOf(shift('serverReady') - shift('clientFlight')),
    clientReady: countsOf(
      shift('clientReady') - shift(changed.client.version === '1.2' ? 'serverReady' : 'clientFlight'),
    ),
  }
}

const node = kubeletClient('ecdsa-p256')
const shows: Partial<TlsClient> = { presents: { certificate: node, issuer: clusterCa('rsa-2048') } }
const asks: Partial<TlsServer> = { clientCertificates: 'requested', clientAuthority: ca }

describe('the work of a handshake in TLS 1.3', () => {
  test('the work of a TLS 1.3 handshake is two key shares, the server’s secret and signature, and the client’s secret and check', () => {
    expect(workOf({})).toEqual({
      hello: { flight13: 1, share: 1 },
      serverFlight: { flight13: 1, share: 2, signRsa: 1 },
      clientFlight: { flight13: 1, share: 1, verifyRsa: 1 },
      serverReady: { flight13: 1 },
      clientReady: {},
    })
  })

  test('the work of a TLS 1.3 handshake has the price of a hybrid key share if the client offers one', () => {
    expect(workOf({ keyExchange: 'x25519mlkem768' })).toMatchObject({
      hello: { flight13: 1, hybrid: 1 },
      serverFlight: { flight13: 1, hybrid: 2, signRsa: 1 },
      clientFlight: { flight13: 1, hybrid: 1, verifyRsa: 1 },
    })
  })

  test('the work of a TLS 1.3 handshake includes a check of the CA’s signature if the client trusts one', () => {
    expect(workOf({ trusts: ca }).clientFlight).toEqual({ flight13: 1, share: 1, verifyRsa: 1, verifyEd: 1 })
  })

  test('the work of a TLS 1.3 handshake includes the client’s signature and two checks if a client certificate is shown', () => {
    const { clientFlight, serverReady } = workOf(shows, asks)
    expect(clientFlight).toEqual({ flight13: 1, share: 1, verifyRsa: 1, signEcdsa: 1 })
    expect(serverReady).toEqual({ flight13: 1, verifyEcdsa: 1, verifyRsa: 1 })
  })

  test('the work of a TLS 1.3 handshake has no client signature if no certificate is requested or shown', () => {
    for (const { clientFlight, serverReady } of [workOf(shows), workOf({}, asks)]) {
      expect(clientFlight).toEqual({ flight13: 1, share: 1, verifyRsa: 1 })
      expect(serverReady).toEqual({ flight13: 1 })
    }
  })
})

describe('the work of a handshake in TLS 1.2', () => {
  test('the work of a TLS 1.2 handshake has its own price of a flight, and the client reads one flight more', () => {
    expect(workOf({ version: '1.2' })).toEqual({
      hello: { flight12: 1, share: 1 },
      serverFlight: { flight12: 1, share: 2, signRsa: 1 },
      clientFlight: { flight12: 1, share: 1, verifyRsa: 1 },
      serverReady: { flight12: 1 },
      clientReady: { flight12: 1 },
    })
  })

  test('the work of a TLS 1.2 handshake with an RSA key exchange is an unused key share, and a decryption by the server', () => {
    expect(workOf({ version: '1.2', keyExchange: 'rsa' })).toEqual({
      hello: { flight12: 1, share: 1 },
      serverFlight: { flight12: 1 },
      clientFlight: { flight12: 1, verifyRsa: 1 },
      serverReady: { flight12: 1, signRsa: 1 },
      clientReady: { flight12: 1 },
    })
  })
})
