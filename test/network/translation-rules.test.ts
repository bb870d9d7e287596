import { describe, expect, test } from 'vitest'
import { TWO_POW_32 } from '../../src/engine/hash.ts'
import { draw32 } from '../../src/engine/streams.ts'
import { NONE } from '../../src/engine/table.ts'
import { NS_PER_S } from '../../src/engine/ticks.ts'
import { parseAddress } from '../../src/network/address-book.ts'
import { ACK, FIN, RST, SYN } from '../../src/network/header-flags.ts'
import { IS_DROPPED, IS_REFUSED, PASSES, Translation, type VirtualAddress } from '../../src/network/translation.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'

const KEY = { hi: 7, lo: 9 }

interface Rule {
  /** A host, or one of the virtual addresses 10.96.0.1 and 10.96.0.2. */
  readonly address: string
  readonly port: number
  readonly hosts: readonly string[]
  readonly endpoints?: readonly (readonly [address: string, port: number])[]
}

/**
 * Hosts in a row, pod (10.0.0.1 and 10.9.0.1), node, router, web, and far, which no link reaches; the MTU of the links
 * falls by 100 bytes from 1500. The rules must be sorted by address and port.
 */
function translating(...rules: readonly Rule[]) {
  const hosts = [{ name: 'pod', addresses: ['10.0.0.1', '10.9.0.1'] }, 'node', 'router', 'web', 'far']
  const links = ['pod', 'node', 'router', 'web'].flatMap((name, i, names) =>
    i === 0
      ? []
      : [
          {
            name: `${names[i - 1]}-${name}`,
            between: [names[i - 1], name] as const,
            line: `delay: 1ms, mtu: ${1600 - 100 * i}`,
          },
        ],
  )
  // The routes to virtual addresses; the lab's own translation is not used.
  const routed = ['10.96.0.1', '10.96.0.2'].map((address) => {
    const own = rules.filter((rule) => rule.address === address).flatMap(({ hosts }) => hosts)
    return { name: address, address, port: 9, hosts: [...new Set(own)], endpoints: [] }
  })
  const lab = new NetworkLab({ hosts, links, virtualAddresses: routed })
  const { addresses, routing } = lab.plan
  const addressOf = (name: string) => {
    const address = parseAddress(name)
    return Number.isNaN(address) ? lab.addressOf(name) : addresses.indexOf(address)
  }
  const endpointsOf = (list: Rule['endpoints'] = []) =>
    list.map(([address, port]) => ({ address: addressOf(address), port }))
  const virtuals = rules.map(({ address, port, hosts, endpoints }, i): VirtualAddress => {
    const isReal = Number.isNaN(parseAddress(address))
    return {
      name: `rule-${i}`,
      address: addressOf(address),
      port,
      hosts: hosts.map((name) => lab.host(name)),
      endpoints: endpointsOf(endpoints),
      key: KEY,
      real: isReal ? { exempt: new Map() } : null,
    }
  })
  const translation = new Translation(lab.arena, lab.timeline, addresses, routing, virtuals)
  for (const [i, { real, endpoints }] of virtuals.entries())
    if (real !== null && endpoints.length > 0) translation.setEndpoints(i, endpoints)
  const { packets } = lab.network
  const packet = packets.allocate()
  const write = (ends: string, flags: number, name = 0) => {
    const [from, to] = ends.split('>').map((end) => end.split(':'))
    packets.source[packet] = addressOf(from[0])
    packets.sourcePort[packet] = Number(from[1])
    packets.destination[packet] = addressOf(to[0])
    packets.destinationPort[packet] = Number(to[1])
    packets.flags[packet] = flags
    packets.senderNameHigh[packet] = name
    packets.senderNameLow[packet] = 1
  }
  /**
   * Returns the ends of a packet, or of the last one again, after a host has translated it; its verdict if it does not
   * pass.
   */
  const at = (host: string, ends: string | null, flags = SYN, name = 0) => {
    if (ends !== null) write(ends, flags, name)
    const verdict = translation.translate(lab.host(host), packets, packet)
    return verdict === PASSES ? lab.ends(packet) : verdict
  }
  const undone = (ends = '') => {
    if (ends !== '') write(ends, ACK)
    translation.undo(packets, packet)
    return lab.ends(packet)
  }
  return { lab, translation, at, undone, endpointsOf, addressOf }
}

const SERVICE = { address: '10.96.0.1', port: 80, hosts: ['node'], endpoints: [['web', 8080]] } as const
const [POD, NODE, ROUTER, WEB] = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']

describe('the endpoint of a connection', () => {
  test('the endpoint of a connection is drawn by name from endpoints sorted by address and port', () => {
    const sorted = [
      ['pod', 5],
      ['router', 7],
      ['web', 80],
      ['web', 81],
    ] as const
    const targets = [`${POD}:5`, `${ROUTER}:7`, `${WEB}:80`, `${WEB}:81`]
    for (const order of [
      [0, 1, 2, 3],
      [3, 1, 2, 0],
      [2, 3, 0, 1],
    ]) {
      const { at } = translating({ ...SERVICE, endpoints: order.map((i) => sorted[i]) })
      const chosen = Array.from({ length: 40 }, (_, name) =>
        String(at('node', `node:${name + 1}>10.96.0.1:80`, SYN, name)),
      )
      const expected = chosen.map((_, name) => {
        const nth = Math.floor((draw32(KEY.hi, KEY.lo, name, 1, 0, 0) / TWO_POW_32) * 4)
        return `${NODE}:${name + 1}>${targets[nth]}`
      })
      expect(chosen).toEqual(expected)
    }
  })

  test('the endpoint of a connection stays the same when endpoints change, and old sets are released', () => {
    const { translation, at, endpointsOf } = translating(SERVICE)
    expect(at('node', 'pod:5>10.96.0.1:80')).toBe(`${POD}:5>${WEB}:8080`)
    translation.setEndpoints(0, endpointsOf([['router', 1]]))
    expect(at('node', 'pod:5>10.96.0.1:80', ACK)).toBe(`${POD}:5>${WEB}:8080`)
    expect(at('node', 'pod:6>10.96.0.1:80')).toBe(`${POD}:6>${ROUTER}:1`)
    expect([translation['sets'].count, translation['endpoints'].count]).toEqual([1, 1])
  })
})

describe('a rule', () => {
  const two = [SERVICE, { ...SERVICE, port: 81, hosts: ['router'] }, { ...SERVICE, address: '10.96.0.2' }] as const

  test('a translation rule is found by its address and port', () => {
    const { translation, addressOf } = translating(...two)
    const find = (address: string, port: number) => translation.find(addressOf(address), port)
    expect([find('10.96.0.1', 80), find('10.96.0.1', 81), find('10.96.0.2', 80)]).toEqual([0, 1, 2])
    expect([find('10.96.0.1', 82), find('10.96.0.2', 81), find('web', 80)]).toEqual([NONE, NONE, NONE])
  })

  test('a translation rule applies at its hosts only: elsewhere packets pass unchanged, and endpoints have no effect', () => {
    const { lab, translation, at, endpointsOf } = translating(...two)
    const unchanged = `${POD}:5>10.96.0.1:81`
    const set = translation.makeSet(endpointsOf([['router', 1]]))
    for (const host of ['node', 'pod', 'web']) {
      expect(at(host, 'pod:5>10.96.0.1:81')).toBe(unchanged)
      for (const rule of [0, 1, 2]) if (host !== 'node' || rule === 1) translation.install(lab.host(host), rule, set)
      expect(at(host, 'pod:5>10.96.0.1:81')).toBe(unchanged)
    }
    expect(translation['sets'].references[set]).toBe(1)
    expect(at('node', 'pod:5>10.96.0.1:80')).toBe(`${POD}:5>${WEB}:8080`)
    expect(at('router', 'pod:5>10.96.0.1:81')).toBe(`${POD}:5>${WEB}:8080`)
    translation.install(lab.host('router'), 1, set)
    translation.dropSet(set)
    expect(at('router', 'pod:6>10.96.0.1:81')).toBe(`${POD}:6>${ROUTER}:1`)
  })

  test('a translation rule for a virtual IP drops packets to other ports, and passes packets between hosts', () => {
    const { at } = translating(SERVICE)
    expect(at('node', 'pod:5>10.96.0.1:81')).toBe(IS_DROPPED)
    expect(at('node', 'pod:5>web:80')).toBe(`${POD}:5>${WEB}:80`)
    expect(at('node', 'web:80>pod:5', ACK)).toBe(`${WEB}:80>${POD}:5`)
  })

  test('a translation rule refuses packets without a connection, and drops resets', () => {
    const { at } = translating(SERVICE)
    for (const flags of [ACK, SYN | ACK, FIN | ACK, 0]) expect(at('node', 'pod:5>10.96.0.1:80', flags)).toBe(IS_REFUSED)
    for (const flags of [RST, RST | ACK, SYN | RST]) expect(at('node', 'pod:5>10.96.0.1:80', flags)).toBe(IS_DROPPED)
  })
})

describe('a translated connection', () => {
  const handshake = ({ at }: ReturnType<typeof translating>) => [
    at('node', 'pod:5>10.96.0.1:80'),
    at('node', 'web:8080>pod:5', SYN | ACK),
    at('node', 'pod:5>10.96.0.1:80', ACK),
  ]

  test('a translated connection is translated as long as it is tracked, from its last packet in either direction', () => {
    const world = translating(SERVICE)
    const { lab, at } = world
    at('node', 'pod:5>10.96.0.1:80')
    lab.timeline.now = 120 * NS_PER_S
    expect(at('node', 'web:8080>pod:5', SYN | ACK)).toBe(`10.96.0.1:80>${POD}:5`)
    lab.timeline.now += 60 * NS_PER_S
    expect(at('node', 'pod:5>10.96.0.1:80', ACK)).toBe(`${POD}:5>${WEB}:8080`)
    lab.timeline.now += 400_000 * NS_PER_S
    expect(at('node', 'web:8080>pod:5', ACK)).toBe(`10.96.0.1:80>${POD}:5`)
    lab.timeline.now += 400_000 * NS_PER_S
    expect(at('node', 'pod:5>10.96.0.1:80', ACK)).toBe(`${POD}:5>${WEB}:8080`)
    lab.timeline.now += 432_001 * NS_PER_S
    expect(at('node', 'web:8080>pod:5', ACK)).toBe(`${WEB}:8080>${POD}:5`)
    expect(at('node', 'pod:5>10.96.0.1:80', ACK)).toBe(IS_REFUSED)
  })

  test('a translated connection ends with a FIN of each end, and replies count as the server’s', () => {
    const world = translating(SERVICE)
    expect(handshake(world)).toEqual([`${POD}:5>${WEB}:8080`, `10.96.0.1:80>${POD}:5`, `${POD}:5>${WEB}:8080`])
    world.at('node', 'pod:5>10.96.0.1:80', FIN | ACK)
    world.at('node', 'web:8080>pod:5', FIN | ACK)
    world.translation.setEndpoints(0, world.endpointsOf([['router', 1]]))
    // Only after both FINs does a SYN from the same port begin a new connection.
    expect(world.at('node', 'pod:5>10.96.0.1:80')).toBe(`${POD}:5>${ROUTER}:1`)
    const open = translating(SERVICE)
    handshake(open)
    open.at('node', 'web:8080>pod:5', FIN | ACK)
    open.translation.setEndpoints(0, open.endpointsOf([['router', 1]]))
    expect(open.at('node', 'pod:5>10.96.0.1:80')).toBe(`${POD}:5>${WEB}:8080`)
  })

  test('a translated connection keeps the source address that its host has chosen', () => {
    const own = translating({ ...SERVICE, hosts: ['pod'], endpoints: [['pod', 8080]] })
    expect(own.at('pod', '10.9.0.1:5>10.96.0.1:80')).toBe(`10.9.0.1:5>${POD}:8080`)
    const other = translating({ ...SERVICE, endpoints: [['pod', 8080]] })
    expect(other.at('node', '10.9.0.1:5>10.96.0.1:80')).toBe(`${NODE}:5>${POD}:8080`)
    expect(other.at('node', 'router:5>10.96.0.1:80')).toBe(`${ROUTER}:5>${POD}:8080`)
  })
})

describe('a discarded packet', () => {
  test('a discarded packet gets back the address of the service, or of the endpoint, that its sender knows', () => {
    const { at, undone } = translating(SERVICE, { ...SERVICE, address: '10.96.0.2' })
    at('node', 'pod:5>10.96.0.2:80')
    expect(undone()).toBe(`${POD}:5>10.96.0.2:80`)
    at('node', 'web:8080>pod:5', SYN | ACK)
    expect(undone()).toBe(`${WEB}:8080>${POD}:5`)
    at('node', 'pod:6>10.96.0.1:80')
    expect(undone()).toBe(`${POD}:6>10.96.0.1:80`)
    at('node', 'web:8080>pod:6', ACK)
    expect(undone()).toBe(`${WEB}:8080>${POD}:6`)
  })

  test('a discarded packet that was not translated keeps its addresses', () => {
    const { at, undone } = translating(SERVICE, { address: 'web', port: 443, hosts: ['node'], endpoints: [['far', 1]] })
    at('node', 'pod:5>10.96.0.1:80')
    for (const ends of ['pod:6>web:8080', 'web:8080>pod:6', 'web:443>10.96.0.1:80', '10.96.0.1:80>pod:6'])
      expect(undone(ends)).toBe(ends.replace('pod', POD).replace('web', WEB))
  })

  test('a discarded packet that was translated twice gets back the address of the service', () => {
    const { at, undone } = translating(
      { address: 'web', port: 8080, hosts: ['router'], endpoints: [['pod', 1]] },
      SERVICE,
    )
    expect(at('node', 'pod:5>10.96.0.1:80')).toBe(`${POD}:5>${WEB}:8080`)
    expect(at('router', null)).toBe(`${ROUTER}:5>${POD}:1`)
    expect(undone()).toBe(`${POD}:5>10.96.0.1:80`)
  })
})

describe('the smallest MTU on the routes to endpoints', () => {
  test('the smallest MTU to endpoints is over all ports of an address, without limit for none, and missing without a route', () => {
    const rules = [
      { ...SERVICE, endpoints: [['router', 1]] as const },
      {
        ...SERVICE,
        port: 81,
        endpoints: [
          ['web', 1],
          ['pod', 1],
        ] as const,
      },
      { ...SERVICE, port: 82, hosts: ['web', 'node'], endpoints: [] },
      { ...SERVICE, address: '10.96.0.2', hosts: ['web'], endpoints: [['far', 1]] as const },
    ]
    const { lab, translation, addressOf } = translating(...rules)
    const mtu = (host: string, address: string) => translation.smallestMtuBytes(lab.host(host), addressOf(address))
    expect(mtu('node', '10.96.0.1')).toBe(1300)
    expect(mtu('web', '10.96.0.1')).toBe(Number.POSITIVE_INFINITY)
    expect(mtu('web', '10.96.0.2')).toBe(NONE)
    expect(mtu('node', 'web')).toBe(Number.POSITIVE_INFINITY)
    translation.setEndpoints(1, [])
    expect(mtu('node', '10.96.0.1')).toBe(1400)
  })
})
