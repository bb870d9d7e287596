import { describe, expect, test } from 'vitest'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender } from '../fixtures/packets.ts'

/** a, b and c on one segment; behind b, on a link, d. Host n has the address 10.0.0.n. */
function lan(l2: 'routed' | 'bridged'): NetworkLab {
  return new NetworkLab({
    hosts: ['a', 'b', 'c', 'd'],
    links: [{ name: 'wan', between: ['b', 'd'], line: 'delay: 1ms' }],
    segments: [{ name: 'lan', hosts: ['a', 'b', 'c'], line: 'delay: 1ms', l2 }],
  })
}

/** `by` tells `victim` that it has the address of `owner`. */
function claim(lab: NetworkLab, victim: string, owner: string, by: string): boolean {
  const address = lab.plan.addresses.mainAddressOf(lab.host(owner))
  const place = lab.plan.hosts.length
  return lab.network.neighbours?.claim(place, lab.host(victim), address, lab.host(by)) ?? false
}

/** The directions that a packet takes. */
function way(lab: NetworkLab, from: string, to: string): string {
  const before = lab.trace.packets.length
  new PacketSender(lab).send({ from, to })
  lab.run()
  return lab.trace.packets
    .slice(before)
    .map(({ direction }) => direction)
    .join(' ')
}

describe('on a bridged segment', () => {
  test('who claims an address gets what the deceived sends there, and sends it on', () => {
    const lab = lan('bridged')
    expect(way(lab, 'a', 'b')).toBe('a>lan lan>b')
    expect(claim(lab, 'a', 'b', 'c')).toBe(true)
    expect(way(lab, 'a', 'b')).toBe('a>lan lan>c c>lan lan>b')
    // The other way is another entry, in another table.
    expect(way(lab, 'b', 'a')).toBe('b>lan lan>a')
    expect(way(lab, 'c', 'b')).toBe('c>lan lan>b')
  })

  test('a router’s address stands for all that is behind it', () => {
    const lab = lan('bridged')
    claim(lab, 'a', 'b', 'c')
    expect(way(lab, 'a', 'd')).toBe('a>lan lan>c c>lan lan>b b>d')
    claim(lab, 'b', 'a', 'c')
    expect(way(lab, 'd', 'a')).toBe('d>b b>lan lan>c c>lan lan>a')
  })

  test('it ends when the owner says so, or somebody corrects the entry', () => {
    const lab = lan('bridged')
    claim(lab, 'a', 'b', 'c')
    expect(claim(lab, 'a', 'b', 'b')).toBe(true)
    expect(way(lab, 'a', 'b')).toBe('a>lan lan>b')
    claim(lab, 'a', 'b', 'c')
    lab.network.neighbours?.release(
      lab.plan.hosts.length,
      lab.host('a'),
      lab.plan.addresses.mainAddressOf(lab.host('b')),
    )
    expect(way(lab, 'a', 'b')).toBe('a>lan lan>b')
  })

  test('nobody claims who is not there, or what is not', () => {
    const lab = lan('bridged')
    expect(claim(lab, 'a', 'b', 'd')).toBe(false)
    expect(claim(lab, 'd', 'b', 'c')).toBe(false)
    expect(claim(lab, 'a', 'd', 'c')).toBe(false)
    expect(way(lab, 'a', 'd')).toBe('a>lan lan>b b>d')
  })
})

test('on a routed segment nobody asks, and a claim is heard by none', () => {
  const lab = lan('routed')
  expect(lab.network.neighbours).toBe(null)
  expect(claim(lab, 'a', 'b', 'c')).toBe(false)
  expect(way(lab, 'a', 'b')).toBe('a>lan lan>b')
})
