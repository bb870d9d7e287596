import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { egressSelector } from '../../src/cluster/flags/apiserver/egress-selector-config-file.ts'
import { http2MaxStreamsPerConnection } from '../../src/cluster/flags/apiserver/http2-max-streams-per-connection.ts'
import { insecurePort } from '../../src/cluster/flags/apiserver/insecure-port.ts'
import { nodeMonitorGracePeriodNs } from '../../src/cluster/flags/controller-manager/node-monitor-grace-period.ts'
import { defaultAt, type Flag, stateAt } from '../../src/cluster/flags/flag.ts'
import { anonymousEnabled } from '../../src/cluster/flags/kubelet/authentication-anonymous-enabled.ts'
import { webhookEnabled } from '../../src/cluster/flags/kubelet/authentication-webhook-enabled.ts'
import { authorizationMode } from '../../src/cluster/flags/kubelet/authorization-mode.ts'
import { readOnlyPort } from '../../src/cluster/flags/kubelet/read-only-port.ts'
import { abilitiesOf } from '../../src/cluster/versions/abilities.ts'
import {
  DEFAULT_VERSION,
  kubernetesVersion,
  NEWEST_MINOR,
  OLDEST_MINOR,
  parseKubernetesVersion,
} from '../../src/cluster/versions/kubernetes-version.ts'
import { abilityRows, flagRows, lineOf } from './version-rows.ts'

const at = (minor: number) => abilitiesOf(kubernetesVersion(minor))
const defaults = <Value>(flag: Flag<Value>, ...minors: number[]) =>
  minors.map((minor) => defaultAt(flag, kubernetesVersion(minor)))

describe('versions of Kubernetes', () => {
  it('versions of Kubernetes are the minor releases from 1.6 to 1.37', () => {
    expect(parseKubernetesVersion('1.6')).toEqual({ ok: true, version: { text: '1.6', minor: 6 } })
    expect(parseKubernetesVersion('1.37')).toEqual({ ok: true, version: { text: '1.37', minor: 37 } })
    const refused = { ok: false, message: 'Kubernetes 1.4 is not among those modelled: 1.6 to 1.37' }
    expect(parseKubernetesVersion('1.4')).toEqual(refused)
    expect(parseKubernetesVersion('1.5')).toMatchObject({
      message: 'Kubernetes 1.5 is not among those modelled: 1.6 to 1.37',
      hint: expect.stringContaining('use "1.6"'),
    })
    expect(parseKubernetesVersion('1.38').ok).toBe(false)
    expect(parseKubernetesVersion('2.6').ok).toBe(false)
  })

  it('versions of Kubernetes have neither patch numbers nor a leading v', () => {
    expect(parseKubernetesVersion('1.30.4')).toEqual({
      ok: false,
      message: '"1.30.4" is not a minor version: patch releases are not told apart',
      hint: 'did you mean "1.30"?',
    })
    expect(parseKubernetesVersion('v1.30')).toMatchObject({ ok: false, hint: 'did you mean "1.30"?' })
    expect(parseKubernetesVersion('latest')).toMatchObject({ ok: false, hint: 'write it like "1.30"' })
  })

  it('versions of Kubernetes default to 1.32', () => {
    expect(DEFAULT_VERSION.text).toBe('1.32')
  })

  it('versions of Kubernetes throw a RangeError outside the modelled releases', () => {
    expect(() => kubernetesVersion(5)).toThrow(RangeError)
    expect(() => kubernetesVersion(6.5)).toThrow(RangeError)
  })
})

describe('the table of flags and release features', () => {
  const rows = [...abilityRows(), ...flagRows()]
  const properties = [...new Set(rows.map(({ what }) => what))]

  it('the table of flags names a source for every value', () => {
    expect(rows.filter(({ source }) => source.length < 5)).toEqual([])
  })

  it.each(properties)('the table of flags has exactly one value of %s for each release from 1.6 to 1.37', (what) => {
    let next = OLDEST_MINOR
    for (const { from, until } of rows.filter((row) => row.what === what)) {
      expect(from).toBe(next)
      expect(until).toBeGreaterThanOrEqual(from)
      next = until + 1
    }
    expect(next).toBe(NEWEST_MINOR + 1)
  })

  it('the table of flags has no step that repeats the value before', () => {
    const idle = rows.filter((row, i) => {
      const next = rows[i + 1]
      return next?.what === row.what && JSON.stringify(next.value) === JSON.stringify(row.value)
    })
    expect(idle).toEqual([])
  })

  it('the table of flags marks the values that are not verified', () => {
    const marked = rows.filter((row) => row.unverified).map(({ what, from }) => `${what} 1.${from}`)
    expect(marked).toMatchInlineSnapshot(`
      [
        "kubelet.nodeStatusReportSpread 1.33",
        "tls.keyExchange 1.7",
        "kube-apiserver service-account-extend-token-expiration: in the release 1.6",
        "kube-apiserver service-account-extend-token-expiration: in the release 1.19",
      ]
    `)
  })
})

describe('the defaults of each release', () => {
  it('the default flags enable the insecure port until 1.19, allow only 0 from 1.20, and refuse the flag from 1.24', () => {
    expect(defaults(insecurePort, 19, 20, 24)).toEqual([8080, 0, 0])
    const states = [19, 20, 23, 24].map((minor) => stateAt(insecurePort, kubernetesVersion(minor)))
    expect(states).toEqual(['present', 'inert', 'inert', 'absent'])
  })

  it('kubelets with flags are open by default in every release, those with a configuration file are closed from 1.10', () => {
    const fields: readonly Flag[] = [anonymousEnabled, webhookEnabled, authorizationMode, readOnlyPort]
    const byFlags = [true, false, 'AlwaysAllow', 10255]
    expect(fields.map(({ also }) => also?.default?.map(({ value }) => value))).toEqual(byFlags.map((value) => [value]))
    expect(fields.map((field) => defaultAt(field, kubernetesVersion(9)))).toEqual(byFlags)
    expect(fields.map((field) => defaultAt(field, kubernetesVersion(10)))).toEqual([false, true, 'Webhook', 0])
  })

  it('node statuses are the heartbeats by default until 1.13, and leases from 1.14', () => {
    expect([13, 14].map((minor) => at(minor).kubelet.heartbeat)).toEqual(['node-status', 'lease'])
  })

  it('a dead connection is detected by heartbeats from 1.11, also by PINGs from 1.20, and only by PINGs from 1.24', () => {
    const detections = [10, 11, 20, 24].map((minor) => [
      at(minor).kubelet.closesConnectionsOnHeartbeatFailure,
      at(minor).client.http2ReadIdleTimeoutNs !== null,
    ])
    expect(detections).toEqual([
      [false, false],
      [true, false],
      [true, true],
      [false, true],
    ])
  })

  it('nodes are NotReady after 50 s by default from 1.32, later than the 45 s of the HTTP/2 health check', () => {
    expect(defaults(nodeMonitorGracePeriodNs, 31, 32)).toEqual([40_000_000_000, 50_000_000_000])
    const { http2ReadIdleTimeoutNs, http2PingTimeoutNs } = at(32).client
    expect(http2ReadIdleTimeoutNs! + http2PingTimeoutNs!).toBe(45_000_000_000)
  })

  it('250 HTTP/2 streams are allowed by default until 1.28, and 100 from 1.29', () => {
    expect(defaults(http2MaxStreamsPerConnection, 28, 29)).toEqual([250, 100])
  })

  it('TLS 1.3 is negotiated by default from 1.17, and a post-quantum key exchange from 1.33', () => {
    expect([16, 17].map((minor) => at(minor).tls.newestVersion)).toEqual(['1.2', '1.3'])
    expect([6, 7, 32, 33].map((minor) => at(minor).tls.keyExchange)).toEqual([
      'p256',
      'x25519',
      'x25519',
      'x25519mlkem768',
    ])
  })

  it('SSH tunnels are supported until 1.21, and Konnectivity as modelled from 1.18', () => {
    expect([21, 22].map((minor) => at(minor).apiserver.sshTunnels)).toEqual([true, false])
    const states = [15, 16, 18].map((minor) => stateAt(egressSelector, kubernetesVersion(minor)))
    expect(states).toEqual(['absent', 'unmodelled', 'present'])
  })

  it('pods have projected tokens by default from 1.21', () => {
    expect([20, 21].map((minor) => at(minor).pods.token)).toEqual(['secret', 'projected'])
  })
})

describe('the page kubernetes-versions.md', () => {
  const page = readFileSync('docs/models/kubernetes-versions.md', 'utf8')

  it('the page kubernetes-versions.md contains every row of the table of versions', () => {
    const missing = abilityRows()
      .map(lineOf)
      .filter((line) => !page.includes(`${line}\n`))
    expect(missing).toEqual([])
  })

  it('the page kubernetes-versions.md contains no row that the table of versions lacks', () => {
    const lines = page.split('\n').filter((line) => /^\| [a-zA-Z]+\.[a-zA-Z0-9]+ \| 1\./.test(line))
    expect(lines).toHaveLength(abilityRows().length)
  })
})
