import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import { ACK, RST, SYN } from '../../src/network/header-flags.ts'
import type { RealAddress, VirtualAddress } from '../../src/network/translation.ts'
import { IS_REFUSED, PASSES, Translation } from '../../src/network/translation.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'

const KEY = { hi: 1, lo: 2 }

/**
 * Hosts in a row, pod, node, router, master, trap, of which the node and the master translate port 443 of the master's
 * own address, once they have endpoints for it.
 */
function row(exempt: Readonly<Record<string, readonly string[]>> = {}) {
  const hosts = ['pod', 'node', 'router', 'master', 'trap']
  const links = hosts.slice(1).map((host, i) => {
    return {
      name: `${hosts[i]}-${host}`,
      between: [hosts[i], host] as const,
      line: `delay: 1ms, mtu: ${1500 - 100 * i}`,
    }
  })
  const lab = new NetworkLab({ hosts, links })
  const real: RealAddress = {
    exempt: new Map(
      Object.entries(exempt).map(([at, from]) => [lab.host(at), new Set(from.map((name) => lab.host(name)))]),
    ),
  }
  const ofMaster = (port: number): VirtualAddress => ({
    name: `external-${port}`,
    address: lab.addressOf('master'),
    port,
    hosts: [lab.host('node'), lab.host('master')],
    endpoints: [],
    key: KEY,
    real,
  })
  const { arena, timeline, plan } = lab
  const virtuals = [443, 8443].map(ofMaster)
  const translation = new Translation(arena, timeline, plan.addresses, plan.routing, virtuals)
  const trapAt = (...names: string[]) =>
    translation.setEndpoints(
      0,
      [{ address: lab.addressOf('trap'), port: 1 }],
      names.map((name) => lab.host(name)),
    )
  const { packets } = lab.network
  const packet = packets.allocate()
  /** Returns the verdict at a host, and the ends of the packet afterwards. */
  const translate = (at: string, from: string, fromPort: number, to: string, toPort: number, flags: number) => {
    packets.source[packet] = lab.addressOf(from)
    packets.sourcePort[packet] = fromPort
    packets.destination[packet] = lab.addressOf(to)
    packets.destinationPort[packet] = toPort
    packets.flags[packet] = flags
    packets.senderNameHigh[packet] = packets.senderNameLow[packet] = 0
    return [translation.translate(lab.host(at), packets, packet), lab.ends(packet)]
  }
  return { lab, translation, trapAt, translate, packet }
}

const [POD, NODE, MASTER, TRAP] = ['10.0.0.1', '10.0.0.2', '10.0.0.4', '10.0.0.5']

describe('an address of a host that is also virtual', () => {
  test('an address that is also virtual is the host’s without a translating host, and else the endpoint’s', () => {
    const { translate, trapAt } = row()
    expect(translate('node', 'pod', 5, 'master', 443, SYN)).toEqual([PASSES, `${POD}:5>${MASTER}:443`])
    trapAt('node')
    // The source is replaced too, so that replies come back through the host.
    expect(translate('node', 'pod', 6, 'master', 443, SYN)).toEqual([PASSES, `${NODE}:6>${TRAP}:1`])
    expect(translate('master', 'pod', 6, 'master', 443, SYN)).toEqual([PASSES, `${POD}:6>${MASTER}:443`])
    expect(translate('router', 'pod', 6, 'master', 443, SYN)).toEqual([PASSES, `${POD}:6>${MASTER}:443`])
  })

  test('an address that is also virtual keeps its other ports', () => {
    const { translate, trapAt } = row()
    trapAt('node')
    expect(translate('node', 'pod', 5, 'master', 22, SYN)).toEqual([PASSES, `${POD}:5>${MASTER}:22`])
    expect(translate('node', 'pod', 5, 'master', 8443, SYN)).toEqual([PASSES, `${POD}:5>${MASTER}:8443`])
  })

  test('an address that is also virtual keeps open connections: only a SYN begins a translated one', () => {
    const { translate, trapAt } = row()
    trapAt('node')
    for (const flags of [ACK, SYN | ACK, RST, SYN | RST])
      expect(translate('node', 'pod', 5, 'master', 443, flags)).toEqual([PASSES, `${POD}:5>${MASTER}:443`])
    expect(translate('node', 'pod', 5, 'master', 443, SYN)[1]).toBe(`${NODE}:5>${TRAP}:1`)
    expect(translate('node', 'pod', 5, 'master', 443, ACK)[1]).toBe(`${NODE}:5>${TRAP}:1`)
    expect(translate('node', 'trap', 1, 'node', 5, ACK)[1]).toBe(`${MASTER}:443>${POD}:5`)
  })

  test('an address that is also virtual is not translated for senders that are exempt at a host', () => {
    const { translate, trapAt } = row({ node: ['node'], master: ['pod'] })
    trapAt('node', 'master')
    expect(translate('node', 'node', 5, 'master', 443, SYN)).toEqual([PASSES, `${NODE}:5>${MASTER}:443`])
    expect(translate('node', 'pod', 5, 'master', 443, SYN)[1]).toBe(`${NODE}:5>${TRAP}:1`)
    expect(translate('master', 'pod', 5, 'master', 443, SYN)).toEqual([PASSES, `${POD}:5>${MASTER}:443`])
    expect(translate('master', 'node', 5, 'master', 443, SYN)[1]).toBe(`${MASTER}:5>${TRAP}:1`)
  })

  test('an address that is also virtual refuses connections if its set of endpoints is empty', () => {
    const { lab, translate, translation } = row()
    translation.setEndpoints(0, [], [lab.host('node')])
    expect(translate('node', 'pod', 5, 'master', 443, SYN)[0]).toBe(IS_REFUSED)
    expect(translate('node', 'pod', 5, 'master', 443, ACK)[0]).toBe(PASSES)
  })

  test('an address that is also virtual is translated by the first host on the route with endpoints, and by none behind it', () => {
    const { lab, translation, trapAt } = row()
    const from = (host: string) => translation.translatorFrom(lab.host(host), lab.addressOf('master'))
    expect(['pod', 'node', 'router', 'trap'].map(from)).toEqual([NONE, NONE, NONE, NONE])
    trapAt('node')
    expect(['pod', 'node', 'router', 'trap'].map(from)).toEqual([lab.host('node'), lab.host('node'), NONE, NONE])
    trapAt('master')
    expect(['pod', 'node', 'router', 'trap'].map(from)).toEqual([
      lab.host('node'),
      lab.host('node'),
      lab.host('master'),
      lab.host('master'),
    ])
    expect(translation.translatorFrom(lab.host('pod'), lab.addressOf('trap'))).toBe(NONE)
  })

  test('an address that is also virtual has the MTU of the routes to its endpoints, without limit if it has none', () => {
    const { lab, translation, trapAt } = row()
    const mtu = (host: string) => translation.smallestMtuBytes(lab.host(host), lab.addressOf('master'))
    expect(mtu('node')).toBe(Number.POSITIVE_INFINITY)
    trapAt('node')
    expect(mtu('node')).toBe(1200)
    expect(mtu('master')).toBe(Number.POSITIVE_INFINITY)
  })

  test('a discarded packet to a virtual address gets back the addresses that its sender knows, in both directions', () => {
    const { lab, translate, translation, trapAt, packet } = row()
    trapAt('node')
    const undone = () => {
      translation.undo(lab.network.packets, packet)
      return lab.ends(packet)
    }
    translate('node', 'pod', 5, 'master', 443, SYN)
    expect(undone()).toBe(`${POD}:5>${MASTER}:443`)
    translate('node', 'trap', 1, 'node', 5, SYN | ACK)
    expect(undone()).toBe(`${TRAP}:1>${NODE}:5`)
    translate('router', 'pod', 9, 'trap', 1, SYN)
    expect(undone()).toBe(`${POD}:9>${TRAP}:1`)
  })

  test('an address that is also virtual gives a connection another source port if its own is in use', () => {
    const { translate, trapAt } = row()
    trapAt('node')
    expect(translate('node', 'pod', 1024, 'master', 443, SYN)[1]).toBe(`${NODE}:1024>${TRAP}:1`)
    expect(translate('node', 'router', 1024, 'master', 443, SYN)[1]).toBe(`${NODE}:1025>${TRAP}:1`)
    expect(translate('node', 'router', 65_535, 'master', 443, SYN)[1]).toBe(`${NODE}:65535>${TRAP}:1`)
    // The ports above are in use, so that the search begins again at the start of the range.
    expect(translate('node', 'pod', 65_535, 'master', 443, SYN)[1]).toBe(`${NODE}:1026>${TRAP}:1`)
    expect(translate('node', 'router', 80, 'master', 443, SYN)[1]).toBe(`${NODE}:80>${TRAP}:1`)
    expect(translate('node', 'pod', 80, 'master', 443, SYN)[1]).toBe(`${NODE}:1027>${TRAP}:1`)
  })
})
