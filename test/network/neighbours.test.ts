import { describe, expect, test } from 'vitest'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender } from '../fixtures/packets.ts'

/** Builds hosts a, b and c on one segment and d on a link to b. Host n has the address 10.0.0.n. */
function lan(l2: 'routed' | 'bridged'): NetworkLab {
  return new NetworkLab({
    hosts: ['a', 'b', 'c', 'd'],
    links: [{ name: 'wan', between: ['b', 'd'], line: 'delay: 1ms' }],
    segments: [{ name: 'lan', hosts: ['a', 'b', 'c'], line: 'delay: 1ms', l2 }],
  })
}

/** Makes `by` claim the address of `owner` at `victim`. */
function claim(lab: NetworkLab, victim: string, owner: string, by: string): boolean {
  const address = lab.plan.addresses.mainAddressOf(lab.host(owner))
  const place = lab.plan.hosts.length
  return lab.network.neighbours?.claim(place, lab.host(victim), address, lab.host(by)) ?? false
}

/** Returns the link directions that a packet takes. */
function route(lab: NetworkLab, from: string, to: string): string {
  const before = lab.trace.packets.length
  new PacketSender(lab).send({ from, to })
  lab.run()
  return lab.trace.packets
    .slice(before)
    .map(({ direction }) => direction)
    .join(' ')
}

describe('an ARP claim on a bridged segment', () => {
  test('an ARP claim on a bridged segment redirects packets of the victim to the claimer, which forwards them', () => {
    const lab = lan('bridged')
    expect(route(lab, 'a', 'b')).toBe('a>lan lan>b')
    expect(claim(lab, 'a', 'b', 'c')).toBe(true)
    expect(route(lab, 'a', 'b')).toBe('a>lan lan>c c>lan lan>b')
    // The reverse direction uses another entry, in another table.
    expect(route(lab, 'b', 'a')).toBe('b>lan lan>a')
    expect(route(lab, 'c', 'b')).toBe('c>lan lan>b')
  })

  test('an ARP claim on a router’s address redirects packets to every host behind it', () => {
    const lab = lan('bridged')
    claim(lab, 'a', 'b', 'c')
    expect(route(lab, 'a', 'd')).toBe('a>lan lan>c c>lan lan>b b>d')
    claim(lab, 'b', 'a', 'c')
    expect(route(lab, 'd', 'a')).toBe('d>b b>lan lan>c c>lan lan>a')
  })

  test('an ARP claim ends when the owner claims the address itself or the entry is corrected', () => {
    const lab = lan('bridged')
    claim(lab, 'a', 'b', 'c')
    expect(claim(lab, 'a', 'b', 'b')).toBe(true)
    expect(route(lab, 'a', 'b')).toBe('a>lan lan>b')
    claim(lab, 'a', 'b', 'c')
    lab.network.neighbours?.release(
      lab.plan.hosts.length,
      lab.host('a'),
      lab.plan.addresses.mainAddressOf(lab.host('b')),
    )
    expect(route(lab, 'a', 'b')).toBe('a>lan lan>b')
  })

  test('an ARP claim applies to one address of one victim', () => {
    const lab = new NetworkLab({
      hosts: ['a', 'b', 'c', 'd'],
      links: [],
      segments: [{ name: 'lan', hosts: ['a', 'b', 'c', 'd'], line: 'delay: 1ms', l2: 'bridged' }],
    })
    claim(lab, 'a', 'b', 'd')
    expect(route(lab, 'a', 'c')).toBe('a>lan lan>c')
    claim(lab, 'a', 'c', 'b')
    expect(route(lab, 'a', 'b')).toBe('a>lan lan>d d>lan lan>b')
    expect(route(lab, 'a', 'c')).toBe('a>lan lan>b b>lan lan>c')
    // The owner's claim ends the one on its own address only, at that victim.
    claim(lab, 'd', 'c', 'b')
    claim(lab, 'a', 'c', 'c')
    expect(route(lab, 'a', 'b')).toBe('a>lan lan>d d>lan lan>b')
    expect(route(lab, 'a', 'c')).toBe('a>lan lan>c')
    expect(route(lab, 'd', 'c')).toBe('d>lan lan>b b>lan lan>c')
  })

  test('an ARP claim has no effect on the claimer, or for the victim’s own address', () => {
    const lab = lan('bridged')
    expect(claim(lab, 'a', 'a', 'c')).toBe(false)
    expect(claim(lab, 'a', 'b', 'a')).toBe(false)
    expect(route(lab, 'a', 'b')).toBe('a>lan lan>b')
  })

  test('an ARP claim has no effect for a host outside the segment or an unknown address', () => {
    const lab = lan('bridged')
    expect(claim(lab, 'a', 'b', 'd')).toBe(false)
    expect(claim(lab, 'd', 'b', 'c')).toBe(false)
    expect(claim(lab, 'a', 'd', 'c')).toBe(false)
    const elsewhere = lab.plan.hosts.length + 1
    expect(lab.network.neighbours?.claim(elsewhere, lab.host('a'), lab.addressOf('b'), lab.host('c'))).toBe(false)
    expect(route(lab, 'a', 'd')).toBe('a>lan lan>b b>d')
  })
})

test('an ARP claim on a routed segment has no effect', () => {
  const lab = lan('routed')
  expect(lab.network.neighbours).toBe(null)
  expect(claim(lab, 'a', 'b', 'c')).toBe(false)
  expect(route(lab, 'a', 'b')).toBe('a>lan lan>b')
})
